// Stability in many worlds at once: the same states and moves, other ranks. Worlds lie side by side in lanes.
#pragma once

#include <memory>
#include <vector>

#include "common.hpp"

namespace detente {

// One mover's moves: the targets of s are targets[starts[s] .. starts[s+1]).
struct Arcs {
  std::vector<State> starts, targets;
  bool transitive = true;
  bool party = true;     // has ranks
  bool opposes = true;   // its moves can be sanctions
};

enum ConceptBit : std::uint8_t { NASH = 1, GMR = 2, SMR = 4, SEQ = 8, SSEQ = 16, SIM = 32 };

struct Combined;  // what others' moves from the same state combine to

class ManyWorlds {
 public:
  ManyWorlds(State n_states, std::vector<Arcs> movers);
  ManyWorlds(const ManyWorlds&) = delete;
  ~ManyWorlds();

  State n_states() const { return n_states_; }
  const std::vector<Arcs>& movers() const { return movers_; }
  bool combines() const { return !combined_.empty(); }

  // Lists what others' moves from the same state combine to, which SIM asks for. codes[s] is the sum of what each
  // mover's strategy counts, ascending. False, and nothing listed, where there would be more than `most` combinations.
  bool combine(const std::int64_t* codes, std::size_t most);

  // tables[i]: ranks of mover i in rows of n_states; rows[i][w]: which of them holds in world w (both null for nature).
  // equilibria[s * n_worlds + w] gets a bit for each concept asked under which s is stable for every party in world w;
  // with `stable`, stable[(i * n_states + s) * n_worlds + w] the same for mover i alone. T holds a rank; all ranks are
  // above the lowest and below the highest of its values.
  template <class T>
  void decide_as(std::size_t n_worlds, const std::vector<const Value*>& tables, const std::vector<const State*>& rows,
                 std::uint8_t asked, std::uint8_t* equilibria, std::uint8_t* stable) const;

 private:
  struct Condensed;

  State n_states_;
  std::vector<Arcs> movers_;
  std::vector<std::unique_ptr<Condensed>> behind_;  // for each party, what its opponents' moves lead to
  std::vector<std::unique_ptr<Combined>> combined_;
};

}  // namespace detente
