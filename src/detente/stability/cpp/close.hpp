// Closing values under the moves of several movers.
#pragma once

#include <vector>

#include "common.hpp"

namespace detente {

// to[s] = the lowest of from over s and all states that sequences of the steps bring about from s. from != to; at least one step.
void close(const Value* from, Value* to, const std::vector<const Step*>& steps);

}  // namespace detente
