# govm_embed(SOURCE SYMBOL FILE USER): sets SOURCE to a C++ file that has FILE's bytes between SYMBOL_begin and SYMBOL_end,
# which USER declares. A byte 0 follows them.
function(govm_embed source symbol file user)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${symbol}_data.cpp)
  file(CONFIGURE OUTPUT ${output} @ONLY CONTENT [[
// Declared in @user@.
asm(R"(
  .section .rodata.@symbol@, "a", @progbits
  .globl @symbol@_begin
  .globl @symbol@_end
  .balign 16
@symbol@_begin:
  .incbin "@file@"
@symbol@_end:
  .byte 0
  .previous
)");
]])
  set_source_files_properties(${output} PROPERTIES OBJECT_DEPENDS ${file})
  set(${source} ${output} PARENT_SCOPE)
endfunction()
