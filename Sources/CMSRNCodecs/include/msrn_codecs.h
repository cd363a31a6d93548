#ifndef MSRN_CODECS_H
#define MSRN_CODECS_H
#endif
