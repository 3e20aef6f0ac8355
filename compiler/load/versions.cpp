// Versions of the program's own packages: their import paths are forgotten for a while, or for good.
#include "compiler/load/loader_impl.h"

namespace govm::load {
namespace {

bool is_own(const Unit* unit) { return !unit->is_std && !unit->privileged; }

}  // namespace

void Loader::begin_version() {
  Impl& l = *impl_;
  l.version_before = Impl::Version{l.by_path, l.order, l.pushed, l.host_packages, l.main_unit};
  std::erase_if(l.by_path, [](const auto& entry) { return entry.second != nullptr && is_own(entry.second); });
  std::erase_if(l.order, [](const Package* p) { return is_own(static_cast<const Unit*>(p)); });
  for (auto& [symbol, list] : l.pushed) {
    std::erase_if(list, [](const auto& entry) { return is_own(entry.first); });
  }
  l.main_unit = nullptr;
}

void Loader::end_version(bool keep) {
  Impl& l = *impl_;
  if (!keep) {
    Impl::Version& before = *l.version_before;
    l.by_path = std::move(before.by_path);
    l.order = std::move(before.order);
    l.pushed = std::move(before.pushed);
    l.host_packages = std::move(before.host_packages);
    l.main_unit = before.main_unit;
  }
  l.version_before.reset();
}

}  // namespace govm::load
