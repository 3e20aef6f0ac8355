// The pack's bytes; declared in compiler/load/std_pack.cpp.
asm(R"(
  .section .rodata.govm_std_pack, "a", @progbits
  .globl govm_std_pack_begin
  .globl govm_std_pack_end
  .balign 16
govm_std_pack_begin:
  .incbin "/work/wt/sched/build-tsan/stdlib/std.pack"
govm_std_pack_end:
  .byte 0
  .previous
)");
