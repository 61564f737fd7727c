# The CMake package: find_package(ntorc) after `cmake --install`.
include(CMakePackageConfigHelpers)

install(TARGETS ntorc EXPORT ntorcTargets
  ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
  LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(DIRECTORY include/ntorc DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_BINARY_DIR}/include/ntorc/version.hpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/ntorc)

set(ntorc_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/ntorc)
install(EXPORT ntorcTargets NAMESPACE ntorc:: DESTINATION ${ntorc_package_dir})
configure_package_config_file(cmake/ntorcConfig.cmake.in ${PROJECT_BINARY_DIR}/ntorcConfig.cmake
  INSTALL_DESTINATION ${ntorc_package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/ntorcConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES
  ${PROJECT_BINARY_DIR}/ntorcConfig.cmake
  ${PROJECT_BINARY_DIR}/ntorcConfigVersion.cmake
  cmake/FindGLPK.cmake
  cmake/FindLibZip.cmake
  DESTINATION ${ntorc_package_dir})
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
