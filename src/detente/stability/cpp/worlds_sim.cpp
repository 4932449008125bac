#include <algorithm>

#include "worlds_lanes.hpp"

namespace detente {

bool ManyWorlds::combine(const std::int64_t* codes, std::size_t most) {
  std::vector<std::size_t> first_arc{0};
  for (const Arcs& arcs : movers_) first_arc.push_back(first_arc.back() + arcs.targets.size());
  std::vector<std::unique_ptr<Combined>> trees;
  std::size_t total = 0;
  for (std::size_t i = 0; i < movers_.size(); ++i) {
    trees.push_back(std::make_unique<Combined>());
    Combined& tree = *trees.back();
    if (!movers_[i].party) continue;
    const auto who = opponents(movers_, i);
    const auto grow = [&](auto&& self, State s, std::int64_t code, std::size_t from, std::int32_t depth) -> bool {
      for (std::size_t k = from; k < who.size(); ++k) {
        const Arcs& arcs = movers_[who[k]];
        for (State a = arcs.starts[s]; a < arcs.starts[s + 1]; ++a) {
          if (++total > most) return false;
          const std::int64_t joined = code + codes[arcs.targets[a]] - codes[s];
          const std::int64_t* found = std::lower_bound(codes, codes + n_states_, joined);
          const State end = found != codes + n_states_ && *found == joined ? State(found - codes) : -1;
          const std::size_t here = tree.nodes.size();
          tree.nodes.push_back({end, std::int32_t(first_arc[who[k]] + a), depth, 0});
          if (!self(self, s, joined, k + 1, depth + 1)) return false;
          if (end < 0 && tree.nodes.size() == here + 1) tree.nodes.pop_back();  // leads to no state
          else tree.nodes[here].next = std::int32_t(tree.nodes.size());
        }
      }
      return true;
    };
    for (State s = 0; s < n_states_; ++s)
      for (State a = movers_[i].starts[s]; a < movers_[i].starts[s + 1]; ++a) {
        tree.starts.push_back(tree.nodes.size());
        if (!grow(grow, s, codes[movers_[i].targets[a]], 0, 0)) return false;
      }
    tree.starts.push_back(tree.nodes.size());
  }
  combined_ = std::move(trees);
  return true;
}

namespace {

template <class T>
DETENTE_KERNEL void better_lanes(const Arcs& arcs, State n, const T* ranks, T* better) {
  for (State s = 0; s < n; ++s)
    for (State a = arcs.starts[s]; a < arcs.starts[s + 1]; ++a)
      set<T>(better, a, ranks ? V<T>(at(ranks, arcs.targets[a]) > at(ranks, s)) : V<T>{} - T(1));
}

template <class T>
DETENTE_KERNEL void met_at_once(const Arcs& arcs, State n, const T* ranks, const T* mine, const T* theirs,
                                const Combined& tree, T* joined, T* bits) {
  for (State s = 0; s < n; ++s) {
    V<T> unmet = {};
    const V<T> here = at(ranks, s);
    for (State a = arcs.starts[s]; a < arcs.starts[s + 1]; ++a) {
      V<T> open = at(mine, a);
      if (!any(open)) continue;
      for (std::size_t k = tree.starts[a]; k < tree.starts[a + 1];) {
        const Combined::Node& node = tree.nodes[k];
        V<T> together = at(theirs, node.arc);
        if (node.depth) together &= at(joined, node.depth - 1);
        if (node.end >= 0) open &= ~(together & (at(ranks, node.end) <= here));
        const bool deeper = std::size_t(node.next) > k + 1 && any(together);
        if (deeper) set<T>(joined, node.depth, together);
        k = deeper ? k + 1 : std::size_t(node.next);
      }
      unmet |= open;
    }
    set<T>(bits, s, at(bits, s) & ~(unmet & T(SIM)));
  }
}

}  // namespace

template <class T>
void find_better(const Arcs& arcs, State n, const T* ranks, T* better) {
  better_lanes<T>(arcs, n, ranks, better);
}

template <class T>
void keep_met_at_once(const Arcs& arcs, State n, const T* ranks, const T* mine, const T* theirs, const Combined& tree,
                      T* joined, T* bits) {
  met_at_once<T>(arcs, n, ranks, mine, theirs, tree, joined, bits);
}

template void find_better(const Arcs&, State, const std::int16_t*, std::int16_t*);
template void find_better(const Arcs&, State, const std::int32_t*, std::int32_t*);
template void keep_met_at_once(const Arcs&, State, const std::int16_t*, const std::int16_t*, const std::int16_t*,
                               const Combined&, std::int16_t*, std::int16_t*);
template void keep_met_at_once(const Arcs&, State, const std::int32_t*, const std::int32_t*, const std::int32_t*,
                               const Combined&, std::int32_t*, std::int32_t*);

}  // namespace detente
