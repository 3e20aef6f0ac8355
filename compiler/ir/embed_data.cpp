// Contents of //go:embed variables: string, []byte and embed.FS.
#include <algorithm>
#include <cstring>
#include <set>

#include "base/memory.h"
#include "compiler/ir/program_impl.h"

namespace govm::ir {

namespace {

using Reloc = StaticData::Reloc;

void put_word(StaticData* d, std::size_t offset, std::uint64_t v) { std::memcpy(d->bytes.data() + offset, &v, 8); }

Reloc& reloc(StaticData* d, std::size_t offset, Reloc::Kind kind) {
  d->relocs.push_back(Reloc{.offset = offset, .kind = kind});
  return d->relocs.back();
}

void put_string(Program& p, StaticData* d, std::size_t offset, std::string_view text) {
  if (text.empty()) return;
  reloc(d, offset, Reloc::Kind::kString).string = p.intern_string(text);
  put_word(d, offset + 8, text.size());
}

// embed's order: by directory, then by name in it; directories end in "/".
std::pair<std::string_view, std::string_view> split(std::string_view name) {
  if (name.ends_with('/')) name.remove_suffix(1);
  std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return {".", name};
  return {name.substr(0, slash), name.substr(slash + 1)};
}

using File = Environment::EmbeddedFile;

std::vector<File> with_directories(std::vector<File> files) {
  std::set<std::string> names;
  for (const File& f : files) names.insert(f.name);
  std::vector<File> out = std::move(files);
  for (std::size_t i = 0, n = out.size(); i < n; i++) {
    for (std::size_t slash = out[i].name.find('/'); slash != std::string::npos; slash = out[i].name.find('/', slash + 1)) {
      std::string dir = out[i].name.substr(0, slash + 1);
      if (names.insert(dir).second) out.push_back({dir, ""});
    }
  }
  std::sort(out.begin(), out.end(), [](const File& a, const File& b) { return split(a.name) < split(b.name); });
  return out;
}

StaticData* file_system(Program& p, types::Type* t, std::vector<File> files) {
  auto* fs = types::under_as<types::Struct>(t);
  if (!fs || fs->fields.size() != 1) return nullptr;
  auto* pointer = types::under_as<types::Pointer>(fs->fields[0]->type);
  auto* slice = pointer ? types::under_as<types::Slice>(pointer->base) : nullptr;
  auto* file = slice ? types::under_as<types::Struct>(slice->elem) : nullptr;
  if (!file || file->fields.size() < 2) return nullptr;
  files = with_directories(std::move(files));
  auto n = static_cast<std::int64_t>(files.size());
  types::Type* elem = p.canonical(slice->elem);
  StaticData* array = p.new_static(p.canonical(types::new_array(p.session, elem, n)));
  std::size_t offset = 0;
  for (const File& f : files) {
    put_string(p, array, offset + static_cast<std::size_t>(types::offset_of(file, 0)), f.name);
    put_string(p, array, offset + static_cast<std::size_t>(types::offset_of(file, 1)), f.data);
    offset += static_cast<std::size_t>(types::size_of(elem));
  }
  StaticData* list = p.new_static(p.canonical(pointer->base));
  reloc(list, 0, Reloc::Kind::kStatic).data = array;
  put_word(list, 8, files.size());
  put_word(list, 16, files.size());
  StaticData* d = p.new_static(t);
  reloc(d, 0, Reloc::Kind::kStatic).data = list;
  return d;
}

}  // namespace

StaticData* embedded_data(Program& p, types::Var* var) {
  std::vector<File> files;
  if (!p.environment.embedded_files(var, files)) return nullptr;
  types::Type* t = p.canonical(var->type);
  if (types::under_as<types::Struct>(t)) return file_system(p, t, std::move(files));
  StaticData* d = p.new_static(t);
  if (files.empty()) return d;
  const std::string& text = files[0].data;
  if (types::is_string(t)) {
    put_string(p, d, 0, text);
  } else if (types::under_as<types::Slice>(t)) {
    types::Type* byte = p.basic(types::BasicKind::kUint8);
    auto n = static_cast<std::int64_t>(text.size());
    StaticData* array = p.new_static(p.canonical(types::new_array(p.session, byte, n)));
    if (array->bytes.empty()) array->bytes.resize(8);
    copy_bytes(array->bytes.data(), text.data(), text.size());
    reloc(d, 0, Reloc::Kind::kStatic).data = array;
    put_word(d, 8, text.size());
    put_word(d, 16, text.size());
  }
  return d;
}

}  // namespace govm::ir
