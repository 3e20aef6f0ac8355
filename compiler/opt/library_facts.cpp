#include "compiler/opt/library_facts.h"

#include <cstring>
#include <map>
#include <set>

#include "base/assert.h"
#include "compiler/opt/context.h"
#include "compiler/syntax/ast.h"

namespace govm::opt {
namespace {

constexpr std::uint32_t kMagic = 0x31464c47;  // "GLF1"
constexpr std::uint8_t kNotInlined = 255, kNeverNibble = 15;

template <typename T>
T read(std::string_view from, std::size_t at) {
  T out;
  GOVM_ASSERT(at + sizeof out <= from.size());
  std::memcpy(&out, from.data() + at, sizeof out);
  return out;
}

template <typename T>
void write(std::string& to, T x) {
  to.append(reinterpret_cast<const char*>(&x), sizeof x);
}

std::uint64_t hash_name(std::string_view name) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : name) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

std::uint8_t pack(std::uint8_t low, std::size_t high) { return static_cast<std::uint8_t>(low | (high << 4)); }

void write_leak(std::string& to, const Leak& leak) {
  static_assert(Leak::kMaxLoads < kNeverNibble && Leak::kResults < 16);
  std::string results;
  for (std::size_t i = 0; i < Leak::kResults; ++i) {
    if (leak.results[i] != Leak::kNever) write(results, pack(leak.results[i], i));
  }
  write(to, pack(leak.heap == Leak::kNever ? kNeverNibble : leak.heap, results.size()));
  to += results;
}

// Of an entry.
class Bytes {
 public:
  explicit Bytes(std::string_view data) : data_(data) {}
  std::uint8_t next() { return read<std::uint8_t>(data_, at_++); }
  Leak leak() {
    Leak out;
    const std::uint8_t head = next();
    out.heap = (head & 15) == kNeverNibble ? Leak::kNever : head & 15;
    for (int results = head >> 4; results > 0; --results) {
      const std::uint8_t result = next();
      GOVM_ASSERT(result >> 4 < static_cast<int>(Leak::kResults));
      out.results[result >> 4] = result & 15;
    }
    return out;
  }

 private:
  std::string_view data_;
  std::size_t at_ = 0;
};

}  // namespace

LibraryFacts::LibraryFacts(std::string_view data) {
  if (data.empty()) return;
  GOVM_ASSERT(read<std::uint32_t>(data, 0) == kMagic);
  count_ = read<std::uint32_t>(data, 4);
  hashes_ = data.substr(8, count_ * 8);
  offsets_ = data.substr(8 + count_ * 8, count_ * 4);
  entries_ = data.substr(8 + count_ * 12);
}

bool LibraryFacts::covers(const Function& fn) {
  if (fn.package == nullptr || !fn.package->is_std || fn.replaceable) return false;
  const Function* outer = &fn;
  while (outer->kind == ir::FunctionKind::kLiteral && outer->parent != nullptr) outer = outer->parent;
  if (outer->kind != ir::FunctionKind::kDeclared || !outer->env.args.empty()) return false;
  if (outer->decl == nullptr || outer->decl->body == nullptr || outer->decl->name == nullptr) return false;
  const std::string_view name = outer->decl->name->value.str();
  return name != "init" && name != "_";
}

std::uint64_t LibraryFacts::hash_at(std::size_t i) const { return read<std::uint64_t>(hashes_, i * 8); }

bool LibraryFacts::look_up(Function& fn, FunctionInfo& about) const {
  if (count_ == 0 || !covers(fn)) return false;
  const std::uint64_t wanted = hash_name(fn.name);
  std::size_t low = 0, high = count_;
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (hash_at(middle) < wanted) low = middle + 1;
    else high = middle;
  }
  if (low == count_ || hash_at(low) != wanted) return false;
  Bytes in(entries_.substr(read<std::uint32_t>(offsets_, low * 4)));
  about.library_cost = in.next();
  std::vector<Leak> params(in.next()), captures(in.next());
  // Of a function of a test that happens to have the same name.
  if (params.size() != fn.params.size() || (fn.kind == ir::FunctionKind::kLiteral && captures.size() != fn.captures.size())) return false;
  for (Leak& leak : params) leak = in.leak();
  for (Leak& leak : captures) leak = in.leak();
  about.params = fn.program->arena.copy(params);
  about.captures = fn.program->arena.copy(captures);
  about.summarized = true;
  return true;
}

LibraryFactsMaker::LibraryFactsMaker() { options_.thorough = true; }

void LibraryFactsMaker::add(Function& fn) {
  std::vector<Function*> work{&fn};
  std::set<const Function*> seen{&fn};
  while (!work.empty()) {
    Function* f = work.back();
    work.pop_back();
    Context context{options_};
    if (leak_summary(context, f) == nullptr) continue;
    if (LibraryFacts::covers(*f)) functions_.push_back(f);
    for (auto& b : f->blocks) {
      for (const Value* v : b->values) {
        const bool names = v->op == Op::kMakeClosure || v->op == Op::kFuncValue || v->op == Op::kCall;
        if (!names || v->aux.function->literal == nullptr) continue;
        const Function* outer = v->aux.function;
        while (outer->parent != nullptr && outer != &fn) outer = outer->parent;
        if (outer == &fn && seen.insert(v->aux.function).second) work.push_back(v->aux.function);
      }
    }
  }
}

std::string LibraryFactsMaker::entry(Function& fn) const {
  const FunctionInfo& about = info(fn);
  std::string out;
  write(out, may_inline(fn) ? static_cast<std::uint8_t>(std::min<std::uint32_t>(about.cost, kNotInlined - 1)) : kNotInlined);
  write(out, static_cast<std::uint8_t>(about.params.size()));
  write(out, static_cast<std::uint8_t>(about.captures.size()));
  for (const Leak& leak : about.params) write_leak(out, leak);
  for (const Leak& leak : about.captures) write_leak(out, leak);
  return out;
}

std::string LibraryFactsMaker::finish() {
  // Where functions call one another in a circle, the first to be looked at was taken to leak everything. Facts found so
  // are true, so what follows from them is, too.
  for (int round = 0; round < 2; ++round) {
    Context context{options_};
    for (Function* fn : functions_) summarize_again(context, *fn);
  }
  std::map<std::uint64_t, Function*> by_hash;
  std::set<std::uint64_t> doubtful;
  for (Function* fn : functions_) {
    if (!by_hash.emplace(hash_name(fn->name), fn).second) doubtful.insert(hash_name(fn->name));
  }
  std::erase_if(by_hash, [&](const auto& item) {
    const FunctionInfo& about = info(*item.second);
    return doubtful.contains(item.first) || about.params.size() > 255 || about.captures.size() > 255;
  });
  std::string out, entries, offsets;
  write(out, kMagic);
  write(out, static_cast<std::uint32_t>(by_hash.size()));
  std::map<std::string, std::uint32_t> known;   // equal entries lie once
  for (const auto& [hash, fn] : by_hash) {
    write(out, hash);
    const std::string bytes = entry(*fn);
    const auto [found, fresh] = known.try_emplace(bytes, static_cast<std::uint32_t>(entries.size()));
    if (fresh) entries += bytes;
    write(offsets, found->second);
  }
  return out + offsets + entries;
}

}  // namespace govm::opt
