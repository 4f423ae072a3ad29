// hq_embed_files FOLDER NAMESPACE FUNCTION SOURCE BLOB: the build step behind cmake/embed.cmake.
#include <cstdio>
#include <string>

#include "base/file.h"
#include "net/embed/embed.h"

namespace {

hq::Result<> run(const std::string& folder, const hq::net::embed::TableName& name,
                 const std::string& source_file) {
  HQ_TRY(const auto files, hq::net::embed::read_folder(folder));
  const auto made = hq::net::embed::generate(files, name);
  HQ_TRY_VOID(hq::write_file_atomically(name.blob_file, made.blob));
  return hq::write_file_atomically(source_file, made.source);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fputs("usage: hq_embed_files FOLDER NAMESPACE FUNCTION SOURCE BLOB\n", stderr);
    return 64;
  }
  const auto done = run(argv[1], {argv[2], argv[3], argv[5]}, argv[4]);
  if (done) return 0;
  std::fprintf(stderr, "hq_embed_files: %s\n", done.error().text().c_str());
  return hq::info(done.error().code).exit_code;
}
