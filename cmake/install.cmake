# The library as others use it: one archive and one shared library of all layers, the public headers, find_package(govm),
# pkg-config. `cmake --install build`; a separate project then says
#   find_package(govm REQUIRED)
#   target_link_libraries(app govm::govm)          # or govm::static
include(GNUInstallDirs)

set(layers base compiler_syntax compiler_types compiler_load compiler_ir compiler_opt compiler_codegen gc scheduler
  vm_bytecode vm_runtime vm_interp stdlib_natives bindings std_facts_data std_pack_data go_licence_data)
set(objects)
foreach(layer ${layers})
  if(TARGET govm_${layer})
    list(APPEND objects $<TARGET_OBJECTS:govm_${layer}>)
  endif()
endforeach()

add_library(govm_static STATIC ${objects})
add_library(govm_shared SHARED ${objects})
foreach(library govm_static govm_shared)
  set_target_properties(${library} PROPERTIES OUTPUT_NAME govm LINKER_LANGUAGE CXX)
  target_link_libraries(${library} PRIVATE fmt::fmt PkgConfig::zstd OpenSSL::Crypto ZLIB::ZLIB Threads::Threads)
endforeach()
set_target_properties(govm_shared PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
target_link_options(govm_shared PRIVATE -fuse-ld=lld -Wl,-z,defs)

install(TARGETS govm_static govm_shared
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS govm RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
set(headers ${CMAKE_INSTALL_INCLUDEDIR}/govm)
install(FILES bindings/govm.h bindings/govm.hpp bindings/access.h bindings/function.h bindings/module.h DESTINATION ${headers}/bindings)
install(FILES bindings/detail/shape.h bindings/detail/codec.h DESTINATION ${headers}/bindings/detail)
install(FILES base/result.h base/assert.h DESTINATION ${headers}/base)
file(WRITE ${CMAKE_BINARY_DIR}/govm.hpp "#include \"bindings/govm.hpp\"\n")
install(FILES ${CMAKE_BINARY_DIR}/govm.hpp DESTINATION ${headers})

file(RELATIVE_PATH includes_from_libraries ${CMAKE_INSTALL_FULL_LIBDIR} ${CMAKE_INSTALL_FULL_INCLUDEDIR}/govm)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/govmConfig.cmake @ONLY CONTENT [[
include(CMakeFindDependencyMacro)
find_dependency(Threads)
get_filename_component(govm_libraries "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
if(NOT TARGET govm::govm)
  add_library(govm::govm SHARED IMPORTED)
  set_target_properties(govm::govm PROPERTIES IMPORTED_LOCATION "${govm_libraries}/libgovm.so")
  add_library(govm::static STATIC IMPORTED)
  set_target_properties(govm::static PROPERTIES IMPORTED_LOCATION "${govm_libraries}/libgovm.a"
    INTERFACE_LINK_LIBRARIES "fmt;zstd;crypto;z;Threads::Threads")
  foreach(target govm::govm govm::static)
    set_target_properties(${target} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${govm_libraries}/@includes_from_libraries@"
      INTERFACE_COMPILE_FEATURES cxx_std_20)
  endforeach()
endif()
]])
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/govmConfigVersion.cmake @ONLY CONTENT [[
set(PACKAGE_VERSION "@PROJECT_VERSION@")
if(NOT PACKAGE_FIND_VERSION VERSION_GREATER PACKAGE_VERSION)
  set(PACKAGE_VERSION_COMPATIBLE TRUE)
endif()
]])
install(FILES ${CMAKE_BINARY_DIR}/govmConfig.cmake ${CMAKE_BINARY_DIR}/govmConfigVersion.cmake
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/govm)
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/govm.pc @ONLY CONTENT [[
prefix=@CMAKE_INSTALL_PREFIX@
Name: govm
Description: Go programs inside C++ applications
Version: @PROJECT_VERSION@
Cflags: -std=c++20 -I${prefix}/@CMAKE_INSTALL_INCLUDEDIR@/govm
Libs: -L${prefix}/@CMAKE_INSTALL_LIBDIR@ -lgovm
Libs.private: -lfmt -lzstd -lcrypto -lz -lpthread
]])
install(FILES ${CMAKE_BINARY_DIR}/govm.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
