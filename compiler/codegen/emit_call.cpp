// Calls, closures, goroutines, deferred calls, channels, select, print.
#include "base/assert.h"
#include "compiler/codegen/emit.h"

namespace govm::codegen {

using ir::Op;

void Emitter::call_function(Value* v) {
  const auto base = static_cast<Slot>(frame_.call_base(v));
  std::vector<Move> moves;
  std::vector<std::pair<Slot, Value*>> constants;
  std::uint32_t to = base + (v->op == Op::kCallIface ? 1u : 0u);
  for (std::size_t i = v->op == Op::kCall ? 0 : 1; i < v->args.size(); ++i) {
    add_move(moves, constants, static_cast<Slot>(to), v->args[i]);
    to += shape(v->args[i]).slots;
  }
  // The callee is below the area being filled, or a constant.
  const Slot callee = v->op == Op::kCall ? Slot{0} : src(v->args[0]);
  parallel(std::move(moves), std::move(constants));
  live_.call(builder_.position(), v);
  if (v->op == Op::kCall) {
    emit(BOp::kCall, base, 0, 0, {word(target_.function(v->aux.function))});
  } else if (v->op == Op::kCallClosure) {
    emit(BOp::kCallClosure, base, callee);
  } else {
    emit(BOp::kCallIface, base, callee, static_cast<Slot>(v->aux_int));
  }
  if (selection_.fold(v) == Fold::kSlot) move(dst(v), static_cast<Slot>(to), shape(v).slots);
}

bool Emitter::call(Value* v) {
  switch (v->op) {
    case Op::kCall: case Op::kCallClosure: case Op::kCallIface: call_function(v); return true;
    case Op::kGo: emit(BOp::kGo, src(v->args[0])); return true;
    case Op::kDefer: emit(BOp::kDefer, src(v->args[0]), static_cast<Slot>(v->aux_int & 1)); return true;
    case Op::kDeferToken: emit(BOp::kDeferToken, dst(v)); return true;
    case Op::kDeferAt: {
      const Slot x = src(v->args[0]), token = src(v->args[1]);
      emit(BOp::kDeferAt, x, token);
      return true;
    }
    case Op::kRunDefers:
      live_.call(builder_.position(), v);
      run_defers(frame_.call_base(v));
      return true;
    case Op::kRecover: emit(BOp::kRecover, dst(v)); return true;
    case Op::kKeepAlive: return true;
    case Op::kCallerPC: emit(BOp::kCallerPC, dst(v)); return true;
    case Op::kClosurePtr: emit(BOp::kClosurePtr, dst(v)); return true;
    case Op::kMakeClosure: {
      const std::uint64_t code = word(target_.function(v->aux.function));
      if (selection_.in_frame(v)) {
        auto at = static_cast<Slot>(frame_.variable(v));
        emit(BOp::kConstAddr, at, 0, 0, {code});
        Slot to = static_cast<Slot>(at + 1);
        for (Value* x : v->args) {
          put(to, x);
          to = static_cast<Slot>(to + shape(x).slots);
        }
        builder_.emit_imm32(BOp::kLocalAddr, dst(v), at);
        return true;
      }
      std::uint32_t words = 0;
      const Slot from = gather(v->args, &words);
      std::vector<std::uint8_t> bits;
      frame_.closure_bits(v, 1, bits);
      const abi::Type* type = target_.closure_type(words + 1, bits);
      emit(BOp::kMakeClosure, dst(v), from, words, {code, word(type)});
      return true;
    }
    case Op::kMakeChan: {
      const Slot n = src(v->args[0]);
      emit(BOp::kMakeChan, dst(v), n, 0, {type_word(v->type)});
      return true;
    }
    case Op::kSend: {
      const Slot channel = src(v->args[0]), x = src(v->args[1]);
      emit(BOp::kSend, channel, x);
      return true;
    }
    case Op::kRecv: {
      const Slot channel = src(v->args[0]);
      types::Type* elem = types::under_as<types::Chan>(v->args[0]->type)->elem;
      const bool ok = (v->aux_int & 1) != 0;
      const std::uint32_t slots = shapes_.of(elem).slots;
      const Slot to = selection_.fold(v) == Fold::kSlot ? dst(v) : scratch(slots + 1);
      emit(BOp::kRecv, to, channel, ok ? to + slots : bc::kNoSlot, {type_word(elem)});
      return true;
    }
    case Op::kClose: emit(BOp::kClose, src(v->args[0])); return true;
    case Op::kChanLen: case Op::kChanCap: {
      const Slot channel = src(v->args[0]);
      emit(v->op == Op::kChanLen ? BOp::kChanLen : BOp::kChanCap, dst(v), channel);
      return true;
    }
    case Op::kSelect: select(v); return true;
    case Op::kPrint: print(v); return true;
    default: return false;
  }
}

void Emitter::select(Value* v) {
  auto& table = code_.selects.emplace_back(std::make_unique<bc::SelectTable>());
  const ir::SelectInfo& info = *v->aux.select;
  table->blocking = info.blocking;
  const Slot to = selection_.fold(v) == Fold::kSlot ? dst(v) : scratch(std::max<std::uint32_t>(2, shape(v).slots));
  for (const auto& c : info.cases) {
    bc::SelectCase out{};
    Value* channel = v->args[static_cast<std::size_t>(c.chan_arg)];
    types::Type* elem = types::under_as<types::Chan>(channel->type)->elem;
    out.send = c.send;
    out.chan = src(channel);
    out.elem = target_.type(elem);
    out.value = bc::kNoSlot;
    if (c.send) {
      out.value = src(v->args[static_cast<std::size_t>(c.value_arg)]);
    } else if (c.result >= 0) {
      out.value = static_cast<Slot>(to + shapes_.tuple_offset(v->type, static_cast<std::size_t>(c.result)));
    }
    table->cases.push_back(out);
  }
  emit(BOp::kSelect, to, 0, 0, {word(table.get())});
}

void Emitter::print(Value* v) {
  using K = bc::PrintKind;
  const bool line = v->aux_int == 1;
  for (std::size_t i = 0; i < v->args.size(); ++i) {
    Value* x = v->args[i];
    const Shape s = shape(x);
    K kind = K::kInt;
    auto* basic = types::under_as<types::Basic>(x->type);
    if (basic != nullptr && (basic->info & types::kIsBoolean) != 0) kind = K::kBool;
    else if (s.is_int()) kind = s.is_signed() ? K::kInt : K::kUint;
    else switch (s.rep) {
      case Rep::kF64: kind = K::kFloat64; break;
      case Rep::kF32: kind = K::kFloat32; break;
      case Rep::kC128: kind = K::kComplex128; break;
      case Rep::kC64: kind = K::kComplex64; break;
      case Rep::kString: kind = K::kString; break;
      case Rep::kSlice: kind = K::kSlice; break;
      case Rep::kEface: case Rep::kIface: kind = K::kInterface; break;
      default: kind = K::kPointer; break;
    }
    if (line && i > 0) emit(BOp::kPrint, 0, static_cast<Slot>(K::kSpace));
    emit(BOp::kPrint, src(x), static_cast<Slot>(kind));
  }
  if (line) emit(BOp::kPrint, 0, static_cast<Slot>(K::kNewline));
}

}  // namespace govm::codegen
