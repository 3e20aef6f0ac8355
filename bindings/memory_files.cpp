// Trees of files in memory, and files whose contents a callback gives.
#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <ctime>

#include "bindings/files.h"

namespace govm {
namespace {

constexpr std::size_t kMostBytes = std::size_t{1} << 31;   // of one file

struct Node {
  std::mutex lock;
  std::string data;
  bool directory = false;
  unsigned mode = 0644;
  timespec modified{};
  std::uint64_t number = 0;
};

void fill(struct ::stat& out, Node& node) {
  std::memset(&out, 0, sizeof(out));
  out.st_mode = (node.directory ? S_IFDIR : S_IFREG) | node.mode;
  out.st_size = static_cast<off_t>(node.data.size());
  out.st_nlink = 1;
  out.st_ino = node.number;
  out.st_blksize = 4096;
  out.st_blocks = static_cast<blkcnt_t>((node.data.size() + 511) / 512);
  out.st_mtim = out.st_atim = out.st_ctim = node.modified;
}

struct Entry {
  std::string name;
  bool directory;
  std::uint64_t number;
};

class MemoryFile final : public detail::OpenFile {
 public:
  MemoryFile(std::shared_ptr<Node> node, int flags, std::vector<Entry> entries)
      : node_(std::move(node)), flags_(flags), entries_(std::move(entries)) {}

  std::int64_t read(void* data, std::size_t size, std::int64_t offset) override {
    std::lock_guard guard(node_->lock);
    if (node_->directory) return -EISDIR;
    if ((flags_ & O_ACCMODE) == O_WRONLY) return -EBADF;
    const std::size_t at = static_cast<std::size_t>(offset < 0 ? position_ : offset);
    const std::size_t n = at >= node_->data.size() ? 0 : std::min(size, node_->data.size() - at);
    if (n != 0) std::memcpy(data, node_->data.data() + at, n);
    if (offset < 0) position_ += static_cast<std::int64_t>(n);
    return static_cast<std::int64_t>(n);
  }
  std::int64_t write(const void* data, std::size_t size, std::int64_t offset) override {
    std::lock_guard guard(node_->lock);
    if ((flags_ & O_ACCMODE) == O_RDONLY) return -EBADF;
    if ((flags_ & O_APPEND) != 0) position_ = static_cast<std::int64_t>(node_->data.size());
    const std::size_t at = static_cast<std::size_t>(offset < 0 ? position_ : offset);
    if (at > kMostBytes || size > kMostBytes - at) return -EFBIG;
    if (node_->data.size() < at + size) node_->data.resize(at + size);
    if (size != 0) std::memcpy(node_->data.data() + at, data, size);
    if (offset < 0) position_ += static_cast<std::int64_t>(size);
    ::clock_gettime(CLOCK_REALTIME, &node_->modified);
    return static_cast<std::int64_t>(size);
  }
  std::int64_t seek(std::int64_t offset, int whence) override {
    std::lock_guard guard(node_->lock);
    const std::int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? position_ : static_cast<std::int64_t>(node_->data.size());
    if (whence > SEEK_END || __builtin_add_overflow(base, offset, &offset) || offset < 0) return -EINVAL;
    if (node_->directory && offset == 0) next_ = 0;
    return position_ = offset;
  }
  std::int64_t stat(struct ::stat& out) override {
    std::lock_guard guard(node_->lock);
    fill(out, *node_);
    return 0;
  }
  std::int64_t list(void* data, std::size_t size) override {
    if (!node_->directory) return -ENOTDIR;
    std::size_t used = 0;
    for (; next_ < entries_.size(); next_++) {
      const Entry& e = entries_[next_];
      const std::size_t length = (offsetof(dirent64, d_name) + e.name.size() + 1 + 7) & ~std::size_t{7};
      if (used + length > size) break;
      auto* d = reinterpret_cast<dirent64*>(static_cast<char*>(data) + used);
      std::memset(static_cast<void*>(d), 0, length);
      d->d_ino = e.number;
      d->d_off = static_cast<std::int64_t>(next_ + 1);
      d->d_reclen = static_cast<unsigned short>(length);
      d->d_type = e.directory ? DT_DIR : DT_REG;
      std::memcpy(d->d_name, e.name.data(), e.name.size());
      used += length;
    }
    return used == 0 && next_ < entries_.size() ? -EINVAL : static_cast<std::int64_t>(used);
  }
  std::int64_t truncate(std::int64_t size) override {
    if ((flags_ & O_ACCMODE) == O_RDONLY || size < 0) return -EINVAL;
    if (static_cast<std::size_t>(size) > kMostBytes) return -EFBIG;
    std::lock_guard guard(node_->lock);
    node_->data.resize(static_cast<std::size_t>(size));
    return 0;
  }
  std::int64_t chmod(unsigned mode) override {
    std::lock_guard guard(node_->lock);
    node_->mode = mode & 0777;
    return 0;
  }

 private:
  std::shared_ptr<Node> node_;
  int flags_;
  std::int64_t position_ = 0;
  std::vector<Entry> entries_;
  std::size_t next_ = 0;
};

class MemoryTree final : public Files::Tree {
 public:
  MemoryTree(const std::map<std::string, std::string>& contents, bool writable) {
    add("/", true);
    for (const auto& [path, data] : contents) {
      const std::string full = path.starts_with('/') ? path : "/" + path;
      for (std::size_t slash = full.find('/', 1); slash != std::string::npos; slash = full.find('/', slash + 1)) {
        if (!nodes_.contains(full.substr(0, slash))) add(full.substr(0, slash), true);
      }
      add(full, false)->data = data;
    }
    writable_ = writable;
  }

  std::int64_t open(const std::string& path, int flags, unsigned mode, std::shared_ptr<detail::OpenFile>& out) override {
    std::lock_guard guard(lock_);
    const bool writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
    auto it = nodes_.find(path);
    if (it == nodes_.end()) {
      if ((flags & O_CREAT) == 0) return missing(path);
      if (!writable_) return -EROFS;
      if (const std::int64_t error = parent(path); error < 0) return error;
      add(path, false)->mode = mode & 0777;
      it = nodes_.find(path);
    } else if ((flags & (O_CREAT | O_EXCL)) == (O_CREAT | O_EXCL)) {
      return -EEXIST;
    }
    Node& node = *it->second;
    if (writes && node.directory) return -EISDIR;
    if (writes && !writable_) return -EROFS;
    if ((flags & O_DIRECTORY) != 0 && !node.directory) return -ENOTDIR;
    if ((flags & O_TRUNC) != 0) {
      std::lock_guard data(node.lock);
      node.data.clear();
    }
    out = std::make_shared<MemoryFile>(it->second, flags, node.directory ? children(path) : std::vector<Entry>());
    return 0;
  }
  std::int64_t stat(const std::string& path, bool, struct ::stat& out) override {
    std::lock_guard guard(lock_);
    auto it = nodes_.find(path);
    if (it == nodes_.end()) return missing(path);
    std::lock_guard data(it->second->lock);
    fill(out, *it->second);
    return 0;
  }
  std::int64_t unlink(const std::string& path, bool directory) override {
    std::lock_guard guard(lock_);
    if (!writable_) return -EROFS;
    auto it = nodes_.find(path);
    if (it == nodes_.end()) return missing(path);
    if (path == "/") return -EBUSY;
    if (it->second->directory != directory) return directory ? -ENOTDIR : -EISDIR;
    if (directory && !children(path).empty()) return -ENOTEMPTY;
    nodes_.erase(it);
    return 0;
  }
  std::int64_t mkdir(const std::string& path, unsigned mode) override {
    std::lock_guard guard(lock_);
    if (!writable_) return -EROFS;
    if (nodes_.contains(path)) return -EEXIST;
    if (const std::int64_t error = parent(path); error < 0) return error;
    add(path, true)->mode = mode & 0777;
    return 0;
  }
  std::int64_t rename(const std::string& from, const std::string& to) override {
    std::lock_guard guard(lock_);
    if (!writable_) return -EROFS;
    auto it = nodes_.find(from);
    if (it == nodes_.end()) return missing(from);
    if (const std::int64_t error = parent(to); error < 0) return error;
    if (from == to) return 0;
    if (to.starts_with(from + "/") || from == "/") return -EINVAL;
    if (auto target = nodes_.find(to); target != nodes_.end()) {
      if (target->second->directory != it->second->directory) return target->second->directory ? -EISDIR : -ENOTDIR;
      if (target->second->directory && !children(to).empty()) return -ENOTEMPTY;
    }
    std::vector<std::pair<std::string, std::shared_ptr<Node>>> moved;
    for (auto n = nodes_.begin(); n != nodes_.end();) {
      const bool inside = n->first == from || n->first.starts_with(from + "/");
      if (inside) moved.emplace_back(to + n->first.substr(from.size()), n->second);
      n = inside ? nodes_.erase(n) : std::next(n);
    }
    for (auto& [path, node] : moved) nodes_[path] = node;
    return 0;
  }
  std::int64_t chmod(const std::string& path, unsigned mode) override {
    std::lock_guard guard(lock_);
    if (!writable_) return -EROFS;
    auto it = nodes_.find(path);
    if (it == nodes_.end()) return missing(path);
    it->second->mode = mode & 0777;
    return 0;
  }
  std::int64_t truncate(const std::string& path, std::int64_t size) override {
    std::shared_ptr<detail::OpenFile> file;
    const std::int64_t error = open(path, O_WRONLY, 0, file);
    return error < 0 ? error : file->truncate(size);
  }
  std::int64_t set_times(const std::string& path, const timespec* times) override {
    std::lock_guard guard(lock_);
    if (!writable_) return -EROFS;
    auto it = nodes_.find(path);
    if (it == nodes_.end()) return missing(path);
    if (times != nullptr) it->second->modified = times[1];
    else ::clock_gettime(CLOCK_REALTIME, &it->second->modified);
    return 0;
  }
  std::map<std::string, std::string> contents() override {
    std::lock_guard guard(lock_);
    std::map<std::string, std::string> out;
    for (auto& [path, node] : nodes_) {
      std::lock_guard data(node->lock);
      if (!node->directory) out[path] = node->data;
    }
    return out;
  }

 private:
  Node* add(const std::string& path, bool directory) {
    auto node = std::make_shared<Node>();
    node->directory = directory;
    node->mode = directory ? 0755 : 0644;
    node->number = ++last_number_;
    ::clock_gettime(CLOCK_REALTIME, &node->modified);
    return (nodes_[path] = node).get();
  }
  std::int64_t parent(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    auto it = nodes_.find(slash == 0 ? "/" : path.substr(0, slash));
    if (it == nodes_.end()) return -ENOENT;
    return it->second->directory ? 0 : -ENOTDIR;
  }
  std::int64_t missing(const std::string& path) {
    for (std::size_t slash = path.rfind('/'); slash != 0 && slash != std::string::npos; slash = path.rfind('/', slash - 1)) {
      auto it = nodes_.find(path.substr(0, slash));
      if (it != nodes_.end()) return it->second->directory ? -ENOENT : -ENOTDIR;
    }
    return -ENOENT;
  }
  std::vector<Entry> children(const std::string& path) {
    const std::string prefix = path == "/" ? path : path + "/";
    std::vector<Entry> out;
    for (auto it = nodes_.upper_bound(prefix); it != nodes_.end() && it->first.starts_with(prefix); ++it) {
      if (it->first.find('/', prefix.size()) != std::string::npos) continue;
      out.push_back({it->first.substr(prefix.size()), it->second->directory, it->second->number});
    }
    return out;
  }

  std::mutex lock_;
  std::map<std::string, std::shared_ptr<Node>> nodes_;
  std::uint64_t last_number_ = 0;
  bool writable_ = true;
};

class CallbackTree final : public Files::Tree {
 public:
  using Read = std::function<std::optional<std::string>(std::string_view)>;
  explicit CallbackTree(Read read) : read_(std::move(read)) {}
  std::int64_t open(const std::string& path, int flags, unsigned, std::shared_ptr<detail::OpenFile>& out) override {
    if ((flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0) return -EROFS;
    std::optional<std::string> text = read_(path);
    if (!text) return -ENOENT;
    if ((flags & O_DIRECTORY) != 0) return -ENOTDIR;
    out = detail::text_file(std::move(*text));
    return 0;
  }
  std::int64_t stat(const std::string& path, bool, struct ::stat& out) override {
    std::shared_ptr<detail::OpenFile> file;
    const std::int64_t error = open(path, O_RDONLY, 0, file);
    return error < 0 ? error : file->stat(out);
  }

 private:
  Read read_;
};

}  // namespace

std::shared_ptr<detail::OpenFile> detail::text_file(std::string text) {
  auto node = std::make_shared<Node>();
  node->data = std::move(text);
  node->mode = 0444;
  return std::make_shared<MemoryFile>(std::move(node), O_RDONLY, std::vector<Entry>());
}

Files Files::memory(const std::map<std::string, std::string>& contents, bool writable) {
  Files files;
  files.tree_ = std::make_shared<MemoryTree>(contents, writable);
  return files;
}
Files Files::callback(std::function<std::optional<std::string>(std::string_view path)> read) {
  Files files;
  files.tree_ = std::make_shared<CallbackTree>(std::move(read));
  return files;
}
std::map<std::string, std::string> Files::contents() const { return tree_ ? tree_->contents() : std::map<std::string, std::string>(); }

}  // namespace govm
