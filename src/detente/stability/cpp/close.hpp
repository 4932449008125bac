// Closing values under the moves of several movers.
#pragma once

#include <vector>

#include "common.hpp"

namespace detente {

// to[s] = the lowest of from over s and all states that sequences of the steps bring about from s. from != to; at least one step.
void close(const Value* from, Value* to, const std::vector<const Step*>& steps);

// The same by legal sequences: nobody moves twice in succession but those who may (again). A mover is one step or
// several, any of which it may take.
void close_in_turn(const Value* from, Value* to, const std::vector<std::vector<const Step*>>& movers,
                   const std::vector<bool>& again);

}  // namespace detente
