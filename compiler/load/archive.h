// Files in one piece: what a program was loaded from, to be loaded again where the files are not.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "compiler/load/load.h"

namespace govm::load {

// Passes everything on to other files, and keeps what was read.
class RecordingFiles final : public FileSystem {
 public:
  explicit RecordingFiles(std::unique_ptr<FileSystem> files) : files_(std::move(files)) {}
  std::optional<std::string> read(const std::string& path) override;
  std::string read_error(const std::string& path) override { return files_->read_error(path); }
  std::optional<std::vector<Entry>> list(const std::string& path) override;
  // Everything that was there, compressed.
  std::string archive() const;

 private:
  std::unique_ptr<FileSystem> files_;
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::vector<Entry>> folders_;
};

// The files of an archive; all else is absent. An archive that is damaged has no files.
std::unique_ptr<FileSystem> archived_files(std::string_view archive);

}  // namespace govm::load
