#define _GNU_SOURCE // REG_RIP
#include "tile_trap.h"

static long carried_out;
long tile_trap_count(void) { return carried_out; }

#if defined(__x86_64__) && defined(__linux__)
#include "emulated_tiles.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <ucontext.h>

static tile_state tiles; // of the one thread that the test has

// Operands of an instruction after VEX: C4, R X B map, W v L prefix, opcode, ModRM, SIB, displacement.
typedef struct operands {
    int prefix, opcode, reg, rm, vvvv, memory, length;
    char *address;
    ptrdiff_t stride;
} operands;

static long long register_value(const ucontext_t *u, int number) {
    static const int order[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                  REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
    return u->uc_mcontext.gregs[order[number]];
}

static int decode(const ucontext_t *u, const uint8_t *code, operands *o) {
    if (code[0] != 0xc4 || (code[1] & 31) != 2 || code[2] & 0x84) return 0; // three-byte VEX, map 0F38, W0, L0
    const uint8_t modrm = code[4], mode = modrm >> 6, *at = code + 5;
    const int x = !(code[1] & 0x40) * 8, b = !(code[1] & 0x20) * 8;
    *o = (operands){.prefix = code[2] & 3, .opcode = code[3], .reg = modrm >> 3 & 7, .rm = modrm & 7,
                    .vvvv = ~(code[2] >> 3) & 15, .memory = mode != 3};
    if (o->memory) {
        int base = o->rm | b;
        long long address = 0;
        if (o->rm == 4) {
            const uint8_t sib = *at++;
            const int index = (sib >> 3 & 7) | x;
            base = (sib & 7) | b;
            if (index != 4) o->stride = (ptrdiff_t)(register_value(u, index) << (sib >> 6));
        }
        int32_t displacement = 0;
        const int no_base = mode == 0 && (base & 7) == 5;
        if (mode == 1) displacement = (int8_t)*at++;
        if (mode == 2 || no_base) memcpy(&displacement, at, 4), at += 4;
        if (no_base && o->rm != 4) return 0; // relative to the instruction: no kernel does it
        if (!no_base) address = register_value(u, base);
        o->address = (char *)(uintptr_t)(address + displacement);
    }
    o->length = (int)(at - code);
    return 1;
}

static int carry_out(const operands *o) {
    enum { NONE, P66, PF3, PF2 };
    if (o->opcode == 0x49 && o->prefix == NONE && o->memory) {
        tile_configure_state(&tiles, o->address + o->stride);
    } else if (o->opcode == 0x49 && o->prefix == NONE) {
        tiles.configured = 0;
    } else if (o->opcode == 0x49 && o->prefix == PF2 && !o->memory) {
        tile_zero_state(&tiles, o->reg);
    } else if (o->opcode == 0x4b && o->prefix == PF2 && o->memory) {
        tile_load_state(&tiles, o->reg, o->address, o->stride);
    } else if (o->opcode == 0x4b && o->prefix == PF3 && o->memory) {
        tile_store_state(&tiles, o->reg, o->address, o->stride);
    } else if (o->opcode == 0x5c && (o->prefix == PF2 || o->prefix == PF3) && !o->memory) {
        tile_multiply_state(&tiles, o->reg, o->rm, o->vvvv, o->prefix == PF3);
    } else {
        return 0;
    }
    return 1;
}

int tile_trap_held(void) { return tiles.configured; }

static void trap(int signal, siginfo_t *info, void *context) {
    (void)signal, (void)info;
    ucontext_t *u = context;
    const uint8_t *code = (const uint8_t *)(uintptr_t)u->uc_mcontext.gregs[REG_RIP];
    operands o;
    if (!decode(u, code, &o) || !carry_out(&o)) {
        fprintf(stderr, "an illegal instruction that is none of the tiles'\n");
        abort();
    }
    u->uc_mcontext.gregs[REG_RIP] += o.length;
    carried_out++;
}

int tile_trap_install(void) {
    struct sigaction action = {.sa_sigaction = trap, .sa_flags = SA_SIGINFO};
    return sigaction(SIGILL, &action, NULL) == 0;
}
#else
int tile_trap_install(void) { return 0; }
int tile_trap_held(void) { return 0; }
#endif
