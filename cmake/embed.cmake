# hq_embed(<target> <folder> <function> [<namespace>]): the files of a folder, compressed with gzip
# and brotli at build time, as a table in the target:
#
#   std::span<const hq::net::EmbeddedFile> <namespace>::<function>();     // net/static_files.h
#
# The namespace is hq::<name of the present source folder> unless it is given. The table is empty
# where the folder does not exist. A file that is added, changed or taken away rebuilds it.
function(hq_embed target folder function)
  get_filename_component(name_space ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  set(name_space hq::${name_space})
  if(ARGC GREATER 3)
    set(name_space ${ARGV3})
  endif()
  set(files)
  if(EXISTS ${folder})
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${folder}/*)
  endif()
  set(source ${CMAKE_CURRENT_BINARY_DIR}/${function}.cpp)
  set(blob ${CMAKE_CURRENT_BINARY_DIR}/${function}.bin)
  # The list of files stands in a file, so that taking one away is a change too.
  file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/${function}.files CONTENT "${files}\n")
  add_custom_command(
    OUTPUT ${source} ${blob}
    COMMAND hq_embed_files ${folder} ${name_space} ${function} ${source} ${blob}
    DEPENDS hq_embed_files ${files} ${CMAKE_CURRENT_BINARY_DIR}/${function}.files
    COMMENT "Embedding ${folder}"
    VERBATIM)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${blob} SKIP_PRECOMPILE_HEADERS ON)
  target_sources(${target} PRIVATE ${source})
endfunction()
