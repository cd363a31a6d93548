// The loss of a batch and its gradients for an MSRN: fp32, Winograd convolutions forward and backward, the upsampler and the last convolution
// folded to one 5x5 convolution, but for the outermost LR pixels, where they are another one.
//
// Layout: pictures are NHWC with two pixels of zeros around them, so that no convolution knows an edge; weights are HWIO. Each thread takes a
// picture at a time through the whole network and back; what it adds to the weights' gradients stays in Winograd's domain until the batch is done.
//
// Winograd's bilinear form (Lavin and Gray 2016), y = A^T [(G g) . (B^T d)]: the gradient for g is its transpose, dg = G^T [(B^T d) . (A dy)];
// the one for d is the convolution of dy with the turned kernel.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

typedef float vec __attribute__((vector_size(64)));
enum { LANES = 16, HALO = 2, ROWS = 8 };

static inline vec load(const float *p) { return *(const vec *)p; }
static inline void store(float *p, vec v) { *(vec *)p = v; }
static inline vec all(float x) { return x - (vec){}; }

struct Free { void operator()(float *p) const { free(p); } };
typedef std::unique_ptr<float[], Free> Floats;
static Floats floats(size_t count) {
    size_t bytes = (count * 4 + 4095) / 4096 * 4096;
    float *p = (float *)aligned_alloc(4096, bytes);
    memset(p, 0, bytes);
    return Floats(p);
}

// MARK: the transforms of F(M, R)

template <int M, int R> struct Form {
    static constexpr int N = M + R - 1, PAIRS = (N - 2) / 2;
    double point[PAIRS];
    float whole[PAIRS + 1];           // coefficients of prod (x - p^2)
    float others[PAIRS][PAIRS];       // of prod (x - q^2) over q != p
    float power[PAIRS][M];            // p^i
    float filter[N][R];               // G
    constexpr Form() : point(), whole(), others(), power(), filter() {
        constexpr double small[] = {1, 2, 0.5}, large[] = {0.4, 0.8, 1.25, 2.4};
        for (int p = 0; p < PAIRS; p++) point[p] = PAIRS == 3 ? small[p] : large[p];
        double c[PAIRS + 1] = {};
        multiply(c, -1);
        for (int k = 0; k <= PAIRS; k++) whole[k] = (float)c[k];
        for (int p = 0; p < PAIRS; p++) {
            multiply(c, p);
            for (int k = 0; k < PAIRS; k++) others[p][k] = (float)c[k];
            double x = 1;
            for (int i = 0; i < M; i++, x *= point[p]) power[p][i] = (float)x;
        }
        double at[N] = {};
        for (int p = 0; p < PAIRS; p++) at[1 + 2 * p] = point[p], at[2 + 2 * p] = -point[p];
        for (int j = 0; j < N - 1; j++) {
            double norm = 1, x = 1;
            for (int l = 0; l < N - 1; l++) if (l != j) norm *= at[j] - at[l];
            for (int k = 0; k < R; k++, x *= at[j]) filter[j][k] = (float)(x / norm);
        }
        filter[N - 1][R - 1] = 1;
    }
    constexpr void multiply(double *c, int skipped) {
        for (int k = 0; k <= PAIRS; k++) c[k] = k == 0;
        for (int p = 0, degree = 0; p < PAIRS; p++) {
            if (p == skipped) continue;
            degree++;
            for (int k = degree; k >= 0; k--) c[k] = (k ? c[k - 1] : 0) - point[p] * point[p] * c[k];
        }
    }
};
template <int M, int R> constexpr Form<M, R> form{};

#define UNROLL _Pragma("GCC unroll 16")

/// t = B^T d
template <int M, int R> static inline __attribute__((always_inline)) void input_line(const vec *d, vec *t) {
    constexpr auto &f = form<M, R>;
    constexpr int P = f.PAIRS, N = f.N;
    vec zero = {}, inf = {};
    UNROLL for (int k = 0; k <= P; k++) zero += f.whole[k] * d[2 * k], inf += f.whole[k] * d[2 * k + 1];
    t[0] = zero, t[N - 1] = inf;
    UNROLL for (int p = 0; p < P; p++) {
        vec e = {}, o = {};
        UNROLL for (int k = 0; k < P; k++) e += f.others[p][k] * d[2 * k + 2], o += f.others[p][k] * d[2 * k + 1];
        o *= f.power[p][1];
        t[1 + 2 * p] = e + o, t[2 + 2 * p] = e - o;
    }
}

/// y = A^T t
template <int M, int R> static inline __attribute__((always_inline)) void output_line(const vec *t, vec *y) {
    constexpr auto &f = form<M, R>;
    constexpr int P = f.PAIRS, N = f.N;
    vec s[P], q[P];
    UNROLL for (int p = 0; p < P; p++) s[p] = t[1 + 2 * p] + t[2 + 2 * p], q[p] = t[1 + 2 * p] - t[2 + 2 * p];
    UNROLL for (int i = 0; i < M; i++) {
        vec x = i == 0 ? t[0] : (vec){};
        UNROLL for (int p = 0; p < P; p++) x += f.power[p][i] * (i % 2 ? q[p] : s[p]);
        y[i] = i == M - 1 ? x + t[N - 1] : x;
    }
}

/// t = A y
template <int M, int R> static inline __attribute__((always_inline)) void gradient_line(const vec *y, vec *t) {
    constexpr auto &f = form<M, R>;
    constexpr int P = f.PAIRS, N = f.N;
    t[0] = y[0], t[N - 1] = y[M - 1];
    UNROLL for (int p = 0; p < P; p++) {
        vec e = {}, o = {};
        UNROLL for (int i = 0; i < M; i++) if (i % 2) o += f.power[p][i] * y[i]; else e += f.power[p][i] * y[i];
        t[1 + 2 * p] = e + o, t[2 + 2 * p] = e - o;
    }
}

// MARK: matrices

/// O[r][v] (+)= sum over c of A[r * arow + c * astep] * B[c * ldb + v]: ROWS rows, NV vectors
template <int NV, int AROW> static inline __attribute__((always_inline)) void block(
    int count, const float *A, long astep, const float *B, long ldb, float *O, long ldo, bool add, const float *ahead) {
    vec acc[ROWS][NV];
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int v = 0; v < NV; v++) acc[r][v] = add ? load(O + r * ldo + v * LANES) : (vec){};
    _Pragma("clang loop unroll_count(4)") for (int c = 0; c < count; c++, A += astep, B += ldb, ahead += LANES) {
        __builtin_prefetch(ahead);
        vec b[NV];
        UNROLL for (int v = 0; v < NV; v++) b[v] = load(B + v * LANES);
        UNROLL for (int r = 0; r < ROWS; r++) {
            vec a = all(A[r * AROW]);
            UNROLL for (int v = 0; v < NV; v++) acc[r][v] += a * b[v];
        }
    }
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int v = 0; v < NV; v++) store(O + r * ldo + v * LANES, acc[r][v]);
}

/// What the next product reads, to be asked for during this one.
struct Ahead {
    const float *at = nullptr;
    int floats = 0, done = 0;
    const float *next(int lines, const float *otherwise) {
        if (done >= floats) return otherwise;
        done += lines * LANES;
        return at + done - lines * LANES;
    }
};

/// O [rows][K] (+)= A [rows][count] B [count][K]; rows a multiple of ROWS, K of LANES; AROW, astep: from one row, one step of A to the next
template <int AROW> static void products(int rows, int count, int K, const float *A, long astep, const float *B, long ldb, float *O, long ldo, bool add, Ahead ahead) {
    int k = 0;
    auto pass = [&](auto nv) __attribute__((always_inline)) {
        constexpr int NV = decltype(nv)::value;
        for (int r = 0; r < rows; r += ROWS) block<NV, AROW>(count, A + r * AROW, astep, B + k, ldb, O + r * ldo + k, ldo, add, ahead.next(count, A));
        k += NV * LANES;
    };
    while (K - k >= 3 * LANES && (K - k) % (2 * LANES)) pass(std::integral_constant<int, 3>());
    while (K - k >= 2 * LANES) pass(std::integral_constant<int, 2>());
    if (K > k) pass(std::integral_constant<int, 1>());
}

static void matrix(int rows, int count, int K, const float *A, long arow, long astep, const float *B, long ldb, float *O, long ldo, bool add, Ahead ahead = Ahead()) {
    switch (arow) { // known to the compiler, or it spends a step's time on addresses
    case 1: return products<1>(rows, count, K, A, astep, B, ldb, O, ldo, add, ahead);
    case 16: return products<16>(rows, count, K, A, astep, B, ldb, O, ldo, add, ahead);
    case 32: return products<32>(rows, count, K, A, astep, B, ldb, O, ldo, add, ahead);
    case 48: return products<48>(rows, count, K, A, astep, B, ldb, O, ldo, add, ahead);
    case 64: return products<64>(rows, count, K, A, astep, B, ldb, O, ldo, add, ahead);
    case 96: return products<96>(rows, count, K, A, astep, B, ldb, O, ldo, add, ahead);
    case 128: return products<128>(rows, count, K, A, astep, B, ldb, O, ldo, add, ahead);
    case 192: return products<192>(rows, count, K, A, astep, B, ldb, O, ldo, add, ahead);
    case 256: return products<256>(rows, count, K, A, astep, B, ldb, O, ldo, add, ahead);
    default: abort();
    }
}

// MARK: convolutions

/// A picture's interior, or some of its channels.
struct Map {
    float *at;       // pixel (0, 0), channel 0
    long pixel, row; // floats from one pixel, one row to the next
    Map channels(int from) const { return {at + from, pixel, row}; }
};

/// From a row of positions, or a position in it, to the next: no power of two, so that they do not compete for the same lines of a cache.
static long apart(long columns, int channels) { return columns * channels + LANES; }

enum { TILES = 32 };

/// What is done with TILES tiles at a time, by rows of positions, so that what the products read and write is near.
struct Scratch {
    Floats rows[2]; // [row][column][channel]: tiles transformed downwards
    Floats V, D;    // [position of the row][tile][channel]
    Scratch(int side, int widest) {
        // Lines of tiles share their columns, which reach over to the next lines' tiles.
        long columns = 8 * TILES + 4 * (TILES / (side / 6) + 2);
        for (auto &r : rows) r = floats(10 * apart(columns, widest));
        V = floats(10 * apart(TILES, widest)), D = floats(10 * apart(TILES, widest));
    }
};

/// `count` tiles from tile `first` on, `across` a line. Calls body(tiles before these, their line, the first's place in it, how many) for each line.
template <class Body> static inline __attribute__((always_inline)) void lines(int first, int count, int across, Body body) {
    for (int t = 0, n; t < count; t += n) {
        int x = (first + t) % across;
        n = std::min(across - x, count - t);
        body(t, (first + t) / across, x, n);
    }
}

/// Columns that they reach over, those of a line together.
template <int M, int R> static int covered(int first, int count, int across) {
    return count * M + ((first + count - 1) / across - first / across + 1) * (R - 1);
}

/// LINE down SIDE x SIDE pixels of tiles that are M apart and reach back over `reach` more: to[row][column][channel], tiles of a line side by side.
template <int M, int SIDE, int N, void (*LINE)(const vec *, vec *)>
static inline __attribute__((always_inline)) void down(Map x, int reach, int first, int count, int across, int channels, float *to, long points) {
    lines(first, count, across, [&](int, int line, int tx, int n) __attribute__((always_inline)) {
        const float *from = x.at + (line * M - reach) * x.row + (tx * M - reach) * x.pixel;
        for (int j = 0; j < n * M + SIDE - M; j++, from += x.pixel) for (int c = 0; c < channels; c += LANES, to += LANES) {
            vec d[SIDE], t[N];
            UNROLL for (int i = 0; i < SIDE; i++) d[i] = load(from + c + i * x.row);
            LINE(d, t);
            UNROLL for (int i = 0; i < N; i++) store(to + i * points, t[i]);
        }
    });
}

/// LINE along a row of those tiles: to[position][tile][channel].
template <int M, int SIDE, int N, void (*LINE)(const vec *, vec *)>
static inline __attribute__((always_inline)) void along(const float *row, int first, int count, int across, int channels, float *to, long points) {
    lines(first, count, across, [&](int, int, int, int n) __attribute__((always_inline)) {
        for (int t = 0; t < n; t++, row += M * channels) for (int c = 0; c < channels; c += LANES, to += LANES) {
            vec d[SIDE], o[N];
            UNROLL for (int j = 0; j < SIDE; j++) d[j] = load(row + j * channels + c);
            LINE(d, o);
            UNROLL for (int j = 0; j < N; j++) store(to + j * points, o[j]);
        }
        row += (SIDE - M) * channels;
    });
}

struct Finish {
    const float *bias = nullptr; // added
    bool relu = false, add = false; // add: to what is there
    const Map *positive = nullptr; // zero where this is not above zero
};

template <int M, int R> static void convolve(Map x, int C, const float *U, int K, Map y, int side, Finish f, Scratch &s) {
    constexpr int N = M + R - 1;
    int across = side / M, tiles = across * across;
    for (int first = 0; first < tiles; first += TILES) {
        int count = std::min<int>(TILES, tiles - first), filled = (count + ROWS - 1) / ROWS * ROWS;
        int columns = covered<M, R>(first, count, across);
        long vs = apart(TILES, C), ms = apart(TILES, K), rows = apart(columns, std::max(C, K));
        down<M, N, N, input_line<M, R>>(x, R / 2, first, count, across, C, s.rows[0].get(), rows);
        for (int i = 0; i < N; i++) {
            float *row = s.rows[0].get() + i * rows;
            along<M, N, N, input_line<M, R>>(row, first, count, across, C, s.V.get(), vs);
            for (int j = 0; j < N; j++) {
                const float *weights = U + (long)(i * N + j) * C * K;
                matrix(filled, C, K, s.V.get() + j * vs, C, 1, weights, K, s.D.get() + j * ms, K, false, {weights + (long)C * K, C * K});
            }
            // The row's results come in its place.
            for (int t = 0; t < count; t++) for (int k = 0; k < K; k += LANES) {
                vec d[N], o[M];
                UNROLL for (int j = 0; j < N; j++) d[j] = load(s.D.get() + j * ms + t * K + k);
                output_line<M, R>(d, o);
                UNROLL for (int j = 0; j < M; j++) store(row + (t * M + j) * K + k, o[j]);
            }
        }
        lines(first, count, across, [&](int before, int line, int tx, int n) {
            const float *from = s.rows[0].get() + (long)before * M * K;
            for (int j = 0; j < n * M; j++) for (int k = 0; k < K; k += LANES, from += LANES) {
                vec d[N], o[M];
                UNROLL for (int i = 0; i < N; i++) d[i] = load(from + i * rows);
                output_line<M, R>(d, o);
                vec bias = f.bias ? load(f.bias + k) : (vec){};
                UNROLL for (int i = 0; i < M; i++) {
                    long py = line * M + i, px = tx * M + j;
                    float *at = y.at + py * y.row + px * y.pixel + k;
                    vec v = o[i] + bias;
                    if (f.add) v += load(at);
                    if (f.relu) v = v > 0 ? v : (vec){};
                    if (f.positive) v = load(f.positive->at + py * f.positive->row + px * f.positive->pixel + k) > 0 ? v : (vec){};
                    store(at, v);
                }
            }
        });
    }
}

/// S[point][c][k] += what the tiles' inputs and gradients give
template <int M, int R> static void correlate(Map x, int C, Map dy, int K, float *S, int side, Scratch &s) {
    constexpr int N = M + R - 1;
    int across = side / M, tiles = across * across;
    for (int first = 0; first < tiles; first += TILES) {
        int count = std::min<int>(TILES, tiles - first);
        int columns = covered<M, R>(first, count, across);
        long vs = apart(TILES, C), ds = apart(TILES, K), inputs = apart(columns, C), gradients = apart(count * M, K);
        down<M, N, N, input_line<M, R>>(x, R / 2, first, count, across, C, s.rows[0].get(), inputs);
        down<M, M, N, gradient_line<M, R>>(dy, 0, first, count, across, K, s.rows[1].get(), gradients);
        for (int i = 0; i < N; i++) {
            along<M, N, N, input_line<M, R>>(s.rows[0].get() + i * inputs, first, count, across, C, s.V.get(), vs);
            along<M, M, N, gradient_line<M, R>>(s.rows[1].get() + i * gradients, first, count, across, K, s.D.get(), ds);
            for (int j = 0; j < N; j++) {
                float *sums = S + (long)(i * N + j) * C * K;
                matrix(C, count, K, s.V.get() + j * vs, 1, C, s.D.get() + j * ds, K, sums, K, true, {sums + (long)C * K, C * K});
            }
        }
    }
}

/// U[point][c][k] = G g G^T of HWIO weights; `turned`: of the turned kernel, U[point][k][c]
template <int M, int R> static void filters(const float *w, int C, int K, float *U, bool turned) {
    constexpr int N = M + R - 1;
    constexpr auto &f = form<M, R>;
    std::vector<vec> kept(turned ? (size_t)LANES * N * N : 0);
    for (int c0 = 0; c0 < C; c0 += LANES) for (int k = 0; k < K; k += LANES) {
        for (int c = c0; c < c0 + LANES; c++) {
            vec g[R][R], half[N][R];
            for (int i = 0; i < R; i++) for (int j = 0; j < R; j++)
                g[i][j] = load(w + ((turned ? (R - 1 - i) * R + R - 1 - j : i * R + j) * (long)C + c) * K + k);
            for (int i = 0; i < N; i++) UNROLL for (int j = 0; j < R; j++) {
                vec sum = {};
                UNROLL for (int l = 0; l < R; l++) sum += f.filter[i][l] * g[l][j];
                half[i][j] = sum;
            }
            for (int i = 0; i < N; i++) for (int j = 0; j < N; j++) {
                vec sum = {};
                UNROLL for (int l = 0; l < R; l++) sum += f.filter[j][l] * half[i][l];
                if (turned) kept[(i * N + j) * LANES + c - c0] = sum;
                else store(U + ((long)(i * N + j) * C + c) * K + k, sum);
            }
        }
        if (!turned) continue;
        for (int p = 0; p < N * N; p++) {
            const float *from = (const float *)&kept[p * LANES];
            for (int l = 0; l < LANES; l++) {
                vec v;
                UNROLL for (int c = 0; c < LANES; c++) v[c] = from[c * LANES + l];
                store(U + ((long)p * K + k + l) * C + c0, v);
            }
        }
    }
}

/// dg = G^T S G over the sum of the threads' S
template <int M, int R> static void weight_gradients(const std::vector<const float *> &S, int C, int K, float *dw) {
    constexpr int N = M + R - 1;
    constexpr auto &f = form<M, R>;
    for (int c = 0; c < C; c++) for (int k = 0; k < K; k += LANES) {
        vec half[N][R];
        for (int i = 0; i < N; i++) {
            vec line[N];
            for (int j = 0; j < N; j++) {
                line[j] = (vec){};
                for (auto s : S) line[j] += load(s + ((long)(i * N + j) * C + c) * K + k);
            }
            UNROLL for (int l = 0; l < R; l++) {
                vec sum = {};
                UNROLL for (int j = 0; j < N; j++) sum += f.filter[j][l] * line[j];
                half[i][l] = sum;
            }
        }
        for (int l = 0; l < R; l++) for (int j = 0; j < R; j++) {
            vec sum = {};
            UNROLL for (int i = 0; i < N; i++) sum += f.filter[i][l] * half[i][j];
            store(dw + ((long)(l * R + j) * C + c) * K + k, sum);
        }
    }
}

// MARK: the outermost LR pixels

enum { SIDES = 4, TAPS = 9, MARGIN = 4 }; // MARGIN: columns of zeros beside a strip

/// Where depth d below a side of a square and place a along it are: top, bottom, left, right.
struct Place { int y, x; };
static Place place(int side, int extent, int d, int a) {
    switch (side) {
    case 0: return {d, a};
    case 1: return {extent - 1 - d, a};
    case 2: return {a, d};
    default: return {a, extent - 1 - d};
    }
}

/// A 3x3 convolution of the tail with the pixel shuffle behind it, of strips along a side: in its weights the side is turned to the top, and outputs
/// are in the order (row, column) of the shuffle, channel, so that each pixel of the result gets a run of them.
struct Layer {
    int C, each, step, K;        // each: channels of a pixel of the result, filled up; K = each step^2
    int outputs, rows, across;   // outputs: among the parameters; rows, across: of pixels that are convolved
    size_t weights, bias;
    Floats W[SIDES], T[SIDES], b[SIDES]; // [tap][C][K], [tap][K][C]
    std::vector<Floats> S;       // for each thread: gradients [side][tap][C][K], and of the biases [side][K]

    Layer(int C, int each, int step, int outputs, int rows, int across, size_t at, int threads)
        : C(C), each(each), step(step), K(each * step * step), outputs(outputs), rows(rows), across(across), weights(at),
          bias(at + (size_t)TAPS * C * outputs) {
        for (int s = 0; s < SIDES; s++) W[s] = floats((size_t)TAPS * C * K), T[s] = floats((size_t)TAPS * C * K), b[s] = floats(K);
        for (int t = 0; t < threads; t++) S.push_back(floats(size()));
    }
    size_t size() const { return (size_t)SIDES * (TAPS * C + 1) * K; }
    float *gradient(int thread, int side) { return S[thread].get() + (size_t)side * (TAPS * C + 1) * K; }
    /// Calls body(side, tap, k, the parameters' tap, the parameters' output) for all weights' places but the input's.
    template <class Body> void places(Body body) {
        for (int s = 0; s < SIDES; s++) for (int i = 0; i < 3; i++) for (int j = 0; j < 3; j++) for (int k = 0; k < K; k++) {
            Place tap = place(s, 3, i, j), sub = place(s, step, k / each / step, k / each % step);
            int output = k % each * step * step + sub.y * step + sub.x;
            if (output < outputs) body(s, i * 3 + j, k, tap.y * 3 + tap.x, output);
        }
    }
    void prepare(const float *p) {
        for (auto &s : S) memset(s.get(), 0, 4 * size());
        places([&](int s, int tap, int k, int from, int output) {
            b[s][k] = p[bias + output];
            for (int c = 0; c < C; c++)
                T[s][((long)tap * K + k) * C + c] = W[s][((long)tap * C + c) * K + k] = p[weights + ((long)from * C + c) * outputs + output];
        });
    }
    void conclude(float *g) {
        memset(g + weights, 0, 4 * (bias - weights + outputs));
        for (size_t t = 0; t < S.size(); t++) places([&](int s, int tap, int k, int from, int output) {
            const float *S = gradient((int)t, s);
            if (tap == 0) g[bias + output] += S[(long)TAPS * C * K + k];
            for (int c = 0; c < C; c++) g[weights + ((long)from * C + c) * outputs + output] += S[((long)tap * C + c) * K + k];
        });
    }
    /// Calls body(row of the strip that is read, row that is convolved, tap, tap's column, output's row and column in the shuffle).
    template <class Body> void each_product(Body body) {
        for (int d = 0; d < rows; d++) for (int i = d ? 0 : 1; i < 3; i++) for (int j = 0; j < 3; j++)
            for (int k = 0; k < step * step; k++) body(d + i - 1, d, i * 3 + j, j - 1, k / step, k % step);
    }
    void forward(int side, Map x, Map y) {
        for (int d = 0; d < rows * step; d++) for (int a = 0; a < across * step; a++)
            memcpy(y.at + d * y.row + a * y.pixel, b[side].get() + (d % step * step + a % step) * each, 4 * each);
        each_product([&](int from, int d, int tap, int shift, int sy, int sx) {
            matrix(across, C, each, x.at + from * x.row + shift * x.pixel, x.pixel, 1, W[side].get() + (long)tap * C * K + (sy * step + sx) * each, K,
                   y.at + (d * step + sy) * y.row + sx * y.pixel, step * y.pixel, true);
        });
    }
    void backward(int side, Map x, Map dy, Map dx, int thread) {
        float *S = gradient(thread, side), *db = S + (long)TAPS * C * K;
        for (int d = 0; d <= rows; d++) memset(dx.at + d * dx.row, 0, 4 * across * dx.pixel);
        for (int d = 0; d < rows * step; d++) for (int a = 0; a < across * step; a++) for (int k = 0; k < each; k += LANES) {
            float *to = db + (d % step * step + a % step) * each + k;
            store(to, load(to) + load(dy.at + d * dy.row + a * dy.pixel + k));
        }
        each_product([&](int from, int d, int tap, int shift, int sy, int sx) {
            const float *result = dy.at + (d * step + sy) * dy.row + sx * dy.pixel;
            matrix(C, across, each, x.at + from * x.row + shift * x.pixel, 1, x.pixel, result, step * dy.pixel,
                   S + (long)tap * C * K + (sy * step + sx) * each, K, true);
            matrix(across, each, C, result - shift * step * dy.pixel, step * dy.pixel, 1, T[side].get() + ((long)tap * K + (sy * step + sx) * each) * C, C,
                   dx.at + from * dx.row, dx.pixel, true);
        });
    }
};

// MARK: the network

struct Conv {
    int R, C, K;                 // C, K: filled up to whole vectors
    size_t weights, bias;        // where they stand among the parameters
    Floats U, T;                 // forward, backward; of a 1x1: the transposed weights in T
    std::vector<Floats> S, db;   // for each thread: gradients in Winograd's domain (of a 1x1: as they are), of the biases
    long points() const { return R == 1 ? 1 : R == 3 ? 64 : 100; }
};

struct Net {
    int feats, blocks, scale, side, threads;
    std::vector<Conv> convs;     // head; 5 a block: 3_1, 5_1, 3_2, 5_2, confusion; tail.0, tail.1, the folded 5x5
    std::vector<Layer> layers;   // that it stands for
    size_t parameters = 0;
    const float *p;
    float *g;
    int add(int R, int C, int K) {
        Conv c;
        c.R = R, c.C = C, c.K = K, c.weights = parameters, c.bias = parameters + (size_t)R * R * C * K;
        parameters = c.bias + K;
        c.U = R > 1 ? floats(c.points() * C * K) : nullptr;
        c.T = floats(c.points() * C * K);
        for (int t = 0; t < threads; t++) c.S.push_back(floats(c.points() * C * K)), c.db.push_back(floats(K));
        convs.push_back(std::move(c));
        return (int)convs.size() - 1;
    }
    Net(int feats, int blocks, int scale, int side, int threads) : feats(feats), blocks(blocks), scale(scale), side(side), threads(threads) {
        add(3, LANES, feats);
        for (int b = 0; b < blocks; b++)
            add(3, feats, feats), add(5, feats, feats), add(3, 2 * feats, 2 * feats), add(5, 2 * feats, 2 * feats), add(1, 4 * feats, feats);
        add(1, feats * (blocks + 1), feats), add(3, feats, feats), add(5, feats, (3 * scale * scale + LANES - 1) / LANES * LANES);
        int step = scale == 3 ? 3 : 2, shuffles = scale == 4 ? 2 : 1, across = side;
        std::vector<int> rows{scale}; // that each layer convolves, from the last on: what the next one reads is a row more
        for (int l = 0; l < shuffles; l++) rows.push_back(rows.back() / step + 1);
        for (int l = shuffles; l > 0; l--, across *= step) layer(feats, step, feats * step * step, rows[l], across);
        layer(LANES, 1, 3, rows[0], across);
    }
    void layer(int each, int step, int outputs, int rows, int across) {
        layers.emplace_back(feats, each, step, outputs, rows, across, parameters, threads);
        parameters = layers.back().bias + outputs;
    }
    void forward(Conv &c, Map x, Map y, bool relu, Scratch &s) {
        Finish f; f.bias = p + c.bias, f.relu = relu;
        if (c.R == 3) convolve<6, 3>(x, c.C, c.U.get(), c.K, y, side, f, s); else convolve<6, 5>(x, c.C, c.U.get(), c.K, y, side, f, s);
    }
    void backward(Conv &c, Map dy, Map dx, bool add, const Map *positive, Scratch &s) {
        Finish f; f.add = add, f.positive = positive;
        if (c.R == 3) convolve<6, 3>(dy, c.K, c.T.get(), c.C, dx, side, f, s); else convolve<6, 5>(dy, c.K, c.T.get(), c.C, dx, side, f, s);
    }
    void weigh(Conv &c, Map x, Map dy, int thread, Scratch &s) {
        float *S = c.S[thread].get();
        if (c.R == 3) correlate<6, 3>(x, c.C, dy, c.K, S, side, s); else correlate<6, 5>(x, c.C, dy, c.K, S, side, s);
        weighBias(c, dy, thread);
    }
    /// S [C][K] += what a 1x1's inputs and gradients give
    void weighMatrix(Map x, int C, Map dy, int K, float *S) {
        for (int y = 0; y < side; y++) matrix(C, side, K, x.at + y * x.row, 1, x.pixel, dy.at + y * dy.row, dy.pixel, S, K, true);
    }
    void weighBias(Conv &c, Map dy, int thread) {
        float *db = c.db[thread].get();
        for (int k = 0; k < c.K; k += LANES) {
            vec sum = load(db + k);
            for (int y = 0; y < side; y++) for (int x = 0; x < side; x++) sum += load(dy.at + y * dy.row + x * dy.pixel + k);
            store(db + k, sum);
        }
    }
    void prepare(Conv &c) {
        const float *w = p + c.weights;
        if (c.R == 3) filters<6, 3>(w, c.C, c.K, c.U.get(), false), filters<6, 3>(w, c.C, c.K, c.T.get(), true);
        else if (c.R == 5) filters<6, 5>(w, c.C, c.K, c.U.get(), false), filters<6, 5>(w, c.C, c.K, c.T.get(), true);
        else for (int k = 0; k < c.K; k++) for (int i = 0; i < c.C; i++) c.T[(long)k * c.C + i] = w[(long)i * c.K + k];
        for (int t = 0; t < threads; t++) memset(c.S[t].get(), 0, 4 * c.points() * c.C * c.K), memset(c.db[t].get(), 0, 4 * c.K);
    }
    void conclude(Conv &c) {
        std::vector<const float *> S;
        for (auto &s : c.S) S.push_back(s.get());
        float *dw = g + c.weights;
        if (c.R == 3) weight_gradients<6, 3>(S, c.C, c.K, dw);
        else if (c.R == 5) weight_gradients<6, 5>(S, c.C, c.K, dw);
        else for (long i = 0; i < (long)c.C * c.K; i++) { dw[i] = 0; for (auto s : S) dw[i] += s[i]; }
        for (int k = 0; k < c.K; k++) { g[c.bias + k] = 0; for (auto &b : c.db) g[c.bias + k] += b[k]; }
    }
};

constexpr float LUMA[3] = {0.299f, 0.587f, 0.114f};

/// L1, or L2 where `square`, of each value and, as a share `luma`, of luma.
struct Loss {
    bool square;
    float luma;
    float error(float e) const { return square ? e * e : fabsf(e); }
    float slope(float e) const { return square ? 2 * e : e > 0 ? 1.f : e < 0 ? -1.f : 0.f; }
};

/// A thread and what it keeps of the picture at hand.
struct Worker {
    Net &n;
    int id;
    std::vector<Floats> memory;
    Map in;                         // the picture
    std::vector<Map> h, y, z;       // of each block: its input (behind the last block: its output), stages 1 and 2
    Map fused, deep, out;           // after tail.0, tail.1, and the folded tail: the result, then its gradient
    Map dz, dy, dh, dnext, dfused, ddeep; // gradients: dh of h at hand, dnext what the block behind passes on
    std::vector<Map> strips, dstrips; // along a side: what each layer reads, at last the result; the gradients of these, the last in the result's place
    Scratch s;

    Map map(int channels) {
        long row = (long)(n.side + 2 * HALO) * channels;
        memory.push_back(floats(row * (n.side + 2 * HALO)));
        return {memory.back().get() + HALO * row + HALO * channels, channels, row};
    }
    Map strip(int rows, int across, int channels) {
        long row = (long)(across + 2 * MARGIN) * channels;
        memory.push_back(floats(row * rows));
        return {memory.back().get() + MARGIN * channels, channels, row};
    }
    Worker(Net &n, int id) : n(n), id(id), s(n.side, std::max(2 * n.feats, n.convs.back().K)) {
        int f = n.feats, K = n.convs.back().K;
        in = map(LANES);
        for (int b = 0; b <= n.blocks; b++) h.push_back(map(f));
        for (int b = 0; b < n.blocks; b++) y.push_back(map(2 * f)), z.push_back(map(4 * f));
        fused = map(f), deep = map(f), out = map(K);
        dz = map(4 * f), dy = map(2 * f), dh = map(f), dnext = map(f), dfused = map(f), ddeep = map(f);
        strips.push_back(strip(n.layers[0].rows + 1, n.side, f)), dstrips.push_back(strip(n.layers[0].rows + 1, n.side, f));
        for (auto &l : n.layers) {
            bool last = &l == &n.layers.back();
            strips.push_back(strip(l.rows * l.step, l.across * l.step, l.each));
            dstrips.push_back(last ? strips.back() : strip(l.rows * l.step, l.across * l.step, l.each));
        }
    }
    Conv &block(int b, int i) { return n.convs[1 + 5 * b + i]; }
    Conv &tail(int i) { return n.convs[1 + 5 * n.blocks + i]; }
    /// The fusion's input number b: the blocks' outputs, then the head's.
    Map &part(int b) { return h[b < n.blocks ? b + 1 : 0]; }

    /// y = x W, or y += x W
    void mix(Map x, int C, const float *W, int ldw, int K, Map y, bool add) {
        for (int r = 0; r < n.side; r++) matrix(n.side, C, K, x.at + r * x.row, x.pixel, 1, W, ldw, y.at + r * y.row, y.pixel, add);
    }
    /// Calls body(a, b) for each vector of two maps.
    template <class Body> void each(Map a, Map b, int channels, Body body) {
        for (int r = 0; r < n.side; r++) for (int c = 0; c < n.side; c++) for (int k = 0; k < channels; k += LANES)
            body(a.at + r * a.row + c * a.pixel + k, b.at + r * b.row + c * b.pixel + k);
    }
    void copy(Map from, Map to) { each(to, from, n.feats, [](float *t, float *f) { store(t, load(f)); }); }
    /// y + b in place of y
    void shift(Map y, const float *bias) {
        for (int k = 0; k < n.feats; k += LANES) {
            vec b = load(bias + k);
            each(y.channels(k), y.channels(k), LANES, [b](float *t, float *) { store(t, load(t) + b); });
        }
    }

    /// Leaves each layer's result for a picture; the outermost LR pixels' from `deep` on are `approach`'s.
    void forward(const uint8_t *lr, const float *mean) {
        int f = n.feats;
        for (int r = 0; r < n.side; r++) for (int x = 0; x < n.side; x++) for (int c = 0; c < 3; c++)
            in.at[r * in.row + x * in.pixel + c] = lr[(r * n.side + x) * 3 + c] * (1 / 255.f) - mean[c];
        n.forward(n.convs[0], in, h[0], false, s);
        for (int b = 0; b < n.blocks; b++) {
            n.forward(block(b, 0), h[b], y[b], true, s);
            n.forward(block(b, 1), h[b], y[b].channels(f), true, s);
            n.forward(block(b, 2), y[b], z[b], true, s);
            n.forward(block(b, 3), y[b], z[b].channels(2 * f), true, s);
            copy(h[b], h[b + 1]);
            mix(z[b], 4 * f, n.p + block(b, 4).weights, f, f, h[b + 1], true);
            shift(h[b + 1], n.p + block(b, 4).bias);
        }
        for (int b = 0; b <= n.blocks; b++) mix(part(b), f, n.p + tail(0).weights + (long)b * f * f, f, f, fused, b > 0);
        shift(fused, n.p + tail(0).bias);
        n.forward(tail(1), fused, deep, false, s);
        n.forward(tail(2), deep, out, false, s);
    }

    /// The result for a picture, values of 0-1: to [side r][side r][3].
    void picture(const uint8_t *lr, const float *mean, float *to) {
        int r = n.scale, extent = n.side * r;
        forward(lr, mean);
        auto put = [&](const float *from, Place at, int pixels) {
            float *result = to + ((long)at.y * extent + at.x) * 3;
            for (int i = 0; i < 3 * pixels; i++) result[i] = from[i] + mean[i % 3];
        };
        for (int y = r; y < extent - r; y++) for (int x = 1; x < n.side - 1; x++)
            put(out.at + y / r * out.row + x * out.pixel + y % r * 3 * r, {y, x * r}, r);
        for (int side = 0; side < SIDES; side++) {
            Map result = approach(side);
            for (int d = 0; d < r; d++) for (int a = 0; a < extent; a++)
                if (owns(side, a)) put(result.at + d * result.row + a * LANES, place(side, extent, d, a), 1);
        }
    }

    /// The sum of the errors of a picture's values; adds to the gradients of their mean, `unit` a value.
    double run(const uint8_t *lr, const float *hr, const float *mean, float unit, const Loss &of) {
        int f = n.feats, last = n.blocks - 1;
        forward(lr, mean);
        double loss = compare(hr, mean, unit, of);

        n.weigh(tail(2), deep, out, id, s);
        n.backward(tail(2), out, ddeep, false, nullptr, s);
        for (int side = 0; side < SIDES; side++) loss += edge(side, hr, mean, unit, of);
        n.weigh(tail(1), fused, ddeep, id, s);
        n.backward(tail(1), ddeep, dfused, false, nullptr, s);
        for (int b = 0; b <= n.blocks; b++) n.weighMatrix(part(b), f, dfused, f, tail(0).S[id].get() + (long)b * f * f);
        n.weighBias(tail(0), dfused, id);
        for (int b = last; b >= -1; b--) { // the gradient of h[b + 1]: from the fusion, and from the block behind
            mix(dfused, f, tail(0).T.get() + (long)(b < 0 ? n.blocks : b) * f, f * (n.blocks + 1), f, dh, false);
            if (b < last) each(dh, dnext, f, [](float *t, float *d) { store(t, load(t) + load(d)); });
            if (b < 0) break;
            n.weighMatrix(z[b], 4 * f, dh, f, block(b, 4).S[id].get());
            n.weighBias(block(b, 4), dh, id);
            mix(dh, f, block(b, 4).T.get(), 4 * f, 4 * f, dz, false);
            each(dz, z[b], 4 * f, [](float *t, float *z) { store(t, load(z) > 0 ? load(t) : (vec){}); });
            n.weigh(block(b, 2), y[b], dz, id, s);
            n.weigh(block(b, 3), y[b], dz.channels(2 * f), id, s);
            n.backward(block(b, 2), dz, dy, false, nullptr, s);
            n.backward(block(b, 3), dz.channels(2 * f), dy, true, &y[b], s);
            n.weigh(block(b, 0), h[b], dy, id, s);
            n.weigh(block(b, 1), h[b], dy.channels(f), id, s);
            copy(dh, dnext);
            n.backward(block(b, 0), dy, dnext, true, nullptr, s);
            n.backward(block(b, 1), dy.channels(f), dnext, true, nullptr, s);
        }
        n.weigh(n.convs[0], in, dh, id, s);
        return loss;
    }

    /// Puts the loss's gradient for `pixels` of three values in place of them, returns the sum of their errors.
    static double compare(float *values, const float *target, int pixels, const float *mean, float unit, const Loss &of) {
        double loss = 0;
        for (const float *end = values + 3 * pixels; values < end; values += 3, target += 3) {
            float e[3], luma = 0;
            for (int c = 0; c < 3; c++) {
                e[c] = values[c] + mean[c] - target[c];
                luma += LUMA[c] * e[c];
            }
            float sum = 3 * of.luma * of.error(luma), shift = 3 * of.luma * of.slope(luma);
            for (int c = 0; c < 3; c++) {
                sum += (1 - of.luma) * of.error(e[c]);
                values[c] = unit * ((1 - of.luma) * of.slope(e[c]) + shift * LUMA[c]);
            }
            loss += sum;
        }
        return loss;
    }
    /// The same for the folded tail's result, but for the outermost LR pixels, whose gradients are zero.
    double compare(const float *hr, const float *mean, float unit, const Loss &of) {
        int r = n.scale, side = n.side, line = 3 * r;
        double loss = 0;
        for (int y = 0; y < side; y++) for (int x = 0; x < side; x++) {
            float *o = out.at + y * out.row + x * out.pixel;
            bool inside = y > 0 && y < side - 1 && x > 0 && x < side - 1;
            for (int k = inside ? r * line : 0; k < n.convs.back().K; k++) o[k] = 0;
            for (int d = 0; inside && d < r; d++)
                loss += compare(o + d * line, hr + (((long)y * r + d) * side * r + x * r) * 3, r, mean, unit, of);
        }
        return loss;
    }
    /// Calls body(place in the first strip, place in `deep`) for the pixels that a side's strip is made of.
    template <class Body> void along_side(int side, Body body) {
        for (int d = 0; d <= n.layers[0].rows; d++) for (int a = 0; a < n.side; a++) {
            Place at = place(side, n.side, d, a);
            body(d * strips[0].row + a * n.feats, at.y * deep.row + at.x * n.feats);
        }
    }
    /// The outermost LR pixels along a side, through the separate layers: rows of pixels of LANES values.
    Map approach(int side) {
        along_side(side, [&](long strip, long map) { memcpy(strips[0].at + strip, deep.at + map, 4 * n.feats); });
        for (size_t l = 0; l < n.layers.size(); l++) n.layers[l].forward(side, strips[l], strips[l + 1]);
        return strips.back();
    }
    /// Whether a side's HR pixel at `along` is its own: corners are the top's and the bottom's.
    bool owns(int side, int along) const { return side < 2 || (along >= n.scale && along < (n.side - 1) * n.scale); }
    /// `approach`, and back; adds to `ddeep`.
    double edge(int side, const float *hr, const float *mean, float unit, const Loss &of) {
        int f = n.feats, r = n.scale, extent = n.side * r;
        auto &layers = n.layers;
        Map result = approach(side);
        double loss = 0;
        for (int d = 0; d < r; d++) for (int a = 0; a < extent; a++) {
            Place at = place(side, extent, d, a);
            float *o = result.at + d * result.row + a * LANES;
            if (owns(side, a)) loss += compare(o, hr + ((long)at.y * extent + at.x) * 3, 1, mean, unit, of);
            else memset(o, 0, 4 * LANES);
        }
        for (size_t l = layers.size(); l-- > 0;) layers[l].backward(side, strips[l], dstrips[l + 1], dstrips[l], id);
        along_side(side, [&](long strip, long map) {
            for (int k = 0; k < f; k += LANES) store(ddeep.at + map + k, load(ddeep.at + map + k) + load(dstrips[0].at + strip + k));
        });
        return loss;
    }
};

struct Trainer {
    Net net;
    std::vector<Worker> workers;
    Trainer(int feats, int blocks, int scale, int side, int threads) : net(feats, blocks, scale, side, threads) {
        for (int t = 0; t < threads; t++) workers.emplace_back(net, t);
    }
    void parallel(int count, const std::function<void(int, int)> &body) {
        std::atomic<int> next{0};
        auto work = [&](int t) { for (int i; (i = next++) < count;) body(t, i); };
        std::vector<std::thread> others;
        for (int t = 1; t < net.threads; t++) others.emplace_back(work, t);
        work(0);
        for (auto &o : others) o.join();
    }
};

extern "C" {

/// A trainer of pictures of side x side LR pixels (a multiple of 24), feats a multiple of 16; never freed.
void *trainer(int feats, int blocks, int scale, int side, int threads) { return new Trainer(feats, blocks, scale, side, threads); }

/// Parameters: of head, the blocks' five convolutions each, tail.0, tail.1, the folded tail and the layers that it stands for: HWIO weights, then
/// biases; input channels of the head and outputs of the folded tail filled up to a multiple of 16. The gradients of these layers are what the
/// outermost LR pixels give, those of the folded tail what all others do.
long parameters(void *t) { return (long)((Trainer *)t)->net.parameters; }

/// The mean error of a batch and its gradients. lr [count][side][side][3] of 0-255, hr [count][side r][side r][3] and mean [3] of 0-1; square: L2, not L1; luma: the share
/// of the loss that is the error of luma (BT.601, weights of sum 1), the rest being that of each value.
double step(void *handle, const float *p, float *g, const uint8_t *lr, const float *hr, const float *mean, int count, int square, float luma) {
    Trainer &t = *(Trainer *)handle;
    Net &n = t.net;
    n.p = p, n.g = g;
    long size = (long)n.side * n.side * 3;
    double values = (double)count * size * n.scale * n.scale;
    std::vector<double> loss(n.threads);
    int convs = (int)n.convs.size(), all = convs + (int)n.layers.size();
    t.parallel(all, [&](int, int i) { if (i < convs) n.prepare(n.convs[i]); else n.layers[i - convs].prepare(p); });
    t.parallel(count, [&](int thread, int i) {
        loss[thread] += t.workers[thread].run(lr + i * size, hr + i * size * n.scale * n.scale, mean, (float)(1 / values), Loss{square != 0, luma});
    });
    t.parallel(all, [&](int, int i) { if (i < convs) n.conclude(n.convs[i]); else n.layers[i - convs].conclude(g); });
    double sum = 0;
    for (double l : loss) sum += l;
    return sum / values;
}

/// What the network makes of a batch: to [count][side r][side r][3] of 0-1. With `changed` the parameters are not those of the call before.
void pictures(void *handle, const float *p, int changed, const uint8_t *lr, const float *mean, int count, float *to) {
    Trainer &t = *(Trainer *)handle;
    Net &n = t.net;
    n.p = p;
    if (changed) {
        for (auto &c : n.convs) n.prepare(c);
        for (auto &l : n.layers) l.prepare(p);
    }
    long size = (long)n.side * n.side * 3;
    t.parallel(count, [&](int thread, int i) { t.workers[thread].picture(lr + i * size, mean, to + i * size * n.scale * n.scale); });
}

}
