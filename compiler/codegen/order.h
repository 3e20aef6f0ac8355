// The order in which blocks are laid out: reverse postorder with loops contiguous and cold blocks last.
#pragma once

#include <vector>

#include "compiler/opt/cfg.h"

namespace govm::codegen {

std::vector<ir::Block*> layout_order(const ir::Function& fn, const opt::Loops& loops);

}  // namespace govm::codegen
