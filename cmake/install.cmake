# `cmake --install build/release --prefix DIR`: the program, completion for shells, its manual page, the scenarios it
# ships with, and the documents.
include(GNUInstallDirs)
install(TARGETS hitbench RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
set(printed ${PROJECT_BINARY_DIR}/printed)  # src/CMakeLists.txt
install(FILES ${printed}/hitbench DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${printed}/_hitbench DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${printed}/hitbench.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${printed}/hitbench.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(DIRECTORY scenarios/ DESTINATION ${CMAKE_INSTALL_DATADIR}/hitbench/scenarios)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES README.md CHANGELOG.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
