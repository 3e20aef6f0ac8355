// Layout, little-endian, offsets from the start of the pack:
//   u32 magic, u32 package count, then for each package
//   u32 path length, path, u32 offset, u32 compressed size, u32 size
// A package's data is one zstd frame, or not compressed if the sizes are equal, holding, for each file: u8 overlay, u32 name length, name, u32 length, text.
#include "compiler/load/std_pack.h"

#include <zstd.h>

#include <algorithm>
#include <cstring>

#include "base/assert.h"

extern "C" {
extern const char govm_std_pack_begin[];
extern const char govm_std_pack_end[];
}

namespace govm::load {
namespace {

constexpr std::uint32_t kMagic = 0x31505347;  // "GSP1"

class Reader {
 public:
  explicit Reader(std::string_view data) : data_(data) {}
  bool empty() const { return data_.empty(); }
  std::uint32_t u32() {
    std::uint32_t out = 0;
    std::memcpy(&out, bytes(4).data(), 4);
    return out;
  }
  bool flag() { return bytes(1)[0] != 0; }
  std::string_view bytes(std::size_t n) {
    GOVM_ASSERT(n <= data_.size());
    const std::string_view out = data_.substr(0, n);
    data_.remove_prefix(n);
    return out;
  }

 private:
  std::string_view data_;
};

}  // namespace

const StdPack& StdPack::embedded() {
  static const StdPack pack({govm_std_pack_begin, static_cast<std::size_t>(govm_std_pack_end - govm_std_pack_begin)});
  return pack;
}

StdPack::StdPack(std::string_view data) : data_(data) {
  Reader in(data);
  GOVM_ASSERT(in.u32() == kMagic);
  const std::uint32_t count = in.u32();
  index_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string_view path = in.bytes(in.u32());
    Entry entry{};
    entry.offset = in.u32();
    entry.compressed = in.u32();
    entry.size = in.u32();
    index_.emplace(path, entry);
  }
}

std::vector<StdPack::File> StdPack::files(std::string_view path) const {
  const auto found = index_.find(path);
  if (found == index_.end()) return {};
  const Entry& entry = found->second;
  std::string_view content = data_.substr(entry.offset, entry.compressed);
  std::string text;
  if (entry.compressed != entry.size) {
    text.resize(entry.size);
    const std::size_t n = ZSTD_decompress(text.data(), text.size(), content.data(), content.size());
    GOVM_ASSERT(!ZSTD_isError(n) && n == entry.size);
    content = text;
  }
  std::vector<File> out;
  for (Reader in(content); !in.empty();) {
    File& file = out.emplace_back();
    file.is_overlay = in.flag();
    file.name = in.bytes(in.u32());
    file.text = in.bytes(in.u32());
  }
  return out;
}

std::vector<std::string_view> StdPack::paths() const {
  std::vector<std::string_view> out;
  for (const auto& [path, entry] : index_) out.push_back(path);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace govm::load
