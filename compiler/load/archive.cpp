#include "compiler/load/archive.h"

#include <zstd.h>

#include <cstdint>
#include <cstring>

namespace govm::load {
namespace {

constexpr int kCompressionLevel = 9;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 32;

void put(std::string& out, std::string_view text) {
  const std::uint64_t size = text.size();
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

// Reads what put wrote; ok_ is false from the first piece on that is not there.
class Reader {
 public:
  explicit Reader(std::string_view data) : data_(data) {}
  bool more() const { return ok_ && !data_.empty(); }
  bool ok() const { return ok_; }
  std::string_view take() {
    std::uint64_t size = 0;
    if (data_.size() < sizeof size) return fail();
    std::memcpy(&size, data_.data(), sizeof size);
    data_.remove_prefix(sizeof size);
    if (size > data_.size()) return fail();
    const std::string_view out = data_.substr(0, size);
    data_.remove_prefix(size);
    return out;
  }

 private:
  std::string_view fail() {
    ok_ = false;
    return {};
  }
  std::string_view data_;
  bool ok_ = true;
};

class ArchivedFiles final : public FileSystem {
 public:
  explicit ArchivedFiles(std::string_view archive) {
    const unsigned long long size = ZSTD_getFrameContentSize(archive.data(), archive.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > kMostBytes) return;
    std::string data(size, '\0');
    if (ZSTD_decompress(data.data(), data.size(), archive.data(), archive.size()) != size) return;
    for (Reader reader(data); reader.more();) {
      const std::string_view kind = reader.take();
      std::string path(reader.take());
      const std::string_view content = reader.take();
      if (!reader.ok()) return;
      if (kind == "f") texts_.emplace(std::move(path), content);
      else folders_.emplace(std::move(path), entries(content));
    }
  }

  std::optional<std::string> read(const std::string& path) override {
    const auto found = texts_.find(path);
    return found == texts_.end() ? std::nullopt : std::optional(found->second);
  }
  std::optional<std::vector<Entry>> list(const std::string& path) override {
    const auto found = folders_.find(path);
    return found == folders_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  static std::vector<Entry> entries(std::string_view content) {
    std::vector<Entry> out;
    for (Reader reader(content); reader.more();) {
      Entry e;
      e.name = reader.take();
      const std::string_view kind = reader.take();
      e.is_dir = kind == "d";
      e.is_regular = kind == "f";
      out.push_back(std::move(e));
    }
    return out;
  }
  std::map<std::string, std::string> texts_;
  std::map<std::string, std::vector<Entry>> folders_;
};

}  // namespace

std::optional<std::string> RecordingFiles::read(const std::string& path) {
  std::optional<std::string> text = files_->read(path);
  if (text) texts_[path] = *text;
  return text;
}

std::optional<std::vector<FileSystem::Entry>> RecordingFiles::list(const std::string& path) {
  auto entries = files_->list(path);
  if (entries) folders_[path] = *entries;
  return entries;
}

std::string RecordingFiles::archive() const {
  std::string data;
  for (const auto& [path, text] : texts_) {
    put(data, "f");
    put(data, path);
    put(data, text);
  }
  for (const auto& [path, entries] : folders_) {
    std::string list;
    for (const Entry& e : entries) {
      put(list, e.name);
      put(list, e.is_dir ? "d" : e.is_regular ? "f" : "");
    }
    put(data, "d");
    put(data, path);
    put(data, list);
  }
  std::string out(ZSTD_compressBound(data.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), data.data(), data.size(), kCompressionLevel));
  return out;
}

std::unique_ptr<FileSystem> archived_files(std::string_view archive) { return std::make_unique<ArchivedFiles>(archive); }

}  // namespace govm::load
