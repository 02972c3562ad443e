# How every target of ours is compiled; link hitbench_options to get it.
find_program(CCACHE ccache)
if(CCACHE)
  # Paths are taken relative to the clone, so that all clones share what was compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1
                                  ${CCACHE})
endif()

add_library(hitbench_options INTERFACE)
target_include_directories(hitbench_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
# Operation streams must be equal on every machine: no fused multiply-add.
target_compile_options(hitbench_options INTERFACE -ffp-contract=off)
if(HITBENCH_STRICT)
  target_compile_options(hitbench_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror
                         -Wno-missing-field-initializers)  # designated initializers leave defaults on purpose
endif()
if(HITBENCH_SANITIZE)
  target_compile_options(hitbench_options INTERFACE -fsanitize=${HITBENCH_SANITIZE} -fno-omit-frame-pointer
                                                    -fno-sanitize-recover=all)
  target_link_options(hitbench_options INTERFACE -fsanitize=${HITBENCH_SANITIZE})
endif()

# Most of a build is reading headers and instantiating the same templates: files that are compiled together share that.
# A library is one piece (the folders are small and many), a test program some pieces, for GoogleMock takes much memory.
option(HITBENCH_UNITY "Compile the files of a target together" ON)
function(compile_together target batch)
  set_target_properties(${target} PROPERTIES UNITY_BUILD ${HITBENCH_UNITY} UNITY_BUILD_BATCH_SIZE ${batch})
endfunction()

# hitbench_library(NAME SOURCES... [COLD] [FUZZED]) declares the static library of one folder under src/. COLD: nothing of
# it runs while anything is measured, and it is done in milliseconds, so the compiler need not take long over it. FUZZED:
# tests/fuzz has a target for a parser in it, which needs to see where its input leads; that takes the compiler a third
# longer.
function(hitbench_library name)
  cmake_parse_arguments(PARSE_ARGV 1 library "COLD;FUZZED" "" "")
  add_library(${name} STATIC ${library_UNPARSED_ARGUMENTS})
  if(library_COLD)
    target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
  if(library_COLD AND HITBENCH_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)
  endif()
  if(library_FUZZED AND HITBENCH_FUZZ)
    target_compile_options(${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
  target_link_libraries(${name} PUBLIC hitbench_options)
  compile_together(${name} 0)
endfunction()

# hitbench_test(NAME SOURCE... LIBS lib... [LABELS label...] [SHARDS n]) declares one test program, each TEST a ctest
# entry. With AddressSanitizer, which takes long to start, it is one entry, or n of them.
function(hitbench_test name)
  cmake_parse_arguments(PARSE_ARGV 1 test "" "SHARDS" "LIBS;LABELS")
  add_executable(${name} ${test_UNPARSED_ARGUMENTS})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  compile_together(${name} 12)
  # Most of a build with tests is GoogleMock's templates, which nobody needs fast: -O0 halves it. The libraries keep
  # their flags.
  target_compile_options(${name} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O0> $<$<CONFIG:RelWithDebInfo>:-g1>)
  target_link_libraries(${name} PRIVATE ${test_LIBS} GTest::gmock GTest::gtest_main)
  if(NOT test_LABELS)
    set(test_LABELS unit)  # an empty value would swallow the property that follows
  endif()
  if(NOT HITBENCH_SANITIZE MATCHES address)
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "${test_LABELS}" TIMEOUT 120)
    return()
  endif()
  if(NOT test_SHARDS)
    set(test_SHARDS 1)
  endif()
  foreach(shard RANGE 1 ${test_SHARDS})
    add_test(NAME ${name}.${shard} COMMAND ${name})
    math(EXPR index "${shard} - 1")
    # To ctest a match is a skip whatever the exit code is: only where nothing but skipped tests ends the output.
    set_tests_properties(${name}.${shard} PROPERTIES LABELS "${test_LABELS}" TIMEOUT 900
                         ENVIRONMENT "GTEST_TOTAL_SHARDS=${test_SHARDS};GTEST_SHARD_INDEX=${index}"
                         SKIP_REGULAR_EXPRESSION "\\[  SKIPPED \\] [^\n]*\n+(  YOU HAVE [^\n]*\n+)?$")
  endforeach()
endfunction()
