# `ninja headers` compiles every header under src alone, so that none needs what another happens to include before it. Not
# part of `all`: it takes minutes. A header is found, not listed: a forgotten one would be one unchecked.
file(GLOB_RECURSE headers RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/*.h)
set(alone "")
foreach(header IN LISTS headers)
  set(source ${PROJECT_BINARY_DIR}/headers/${header}.cc)
  file(CONFIGURE OUTPUT ${source} CONTENT "#include \"@header@\"\n" @ONLY)
  list(APPEND alone ${source})
endforeach()
add_library(headers OBJECT EXCLUDE_FROM_ALL ${alone})
target_include_directories(headers PRIVATE ${PROJECT_SOURCE_DIR})
target_compile_options(headers PRIVATE -O0 -g0)
target_link_libraries(headers PRIVATE hitbench_options fmt::fmt nlohmann_json::nlohmann_json Boost::context CLI11::CLI11
                                      SQLite::SQLite3 ZLIB::ZLIB $<TARGET_NAME_IF_EXISTS:PkgConfig::HIREDIS>
                                      $<TARGET_NAME_IF_EXISTS:PkgConfig::LIBMEMCACHED>)
add_dependencies(headers hitbench_version)  # so that clang-tidy finds the generated header as well
