#include "picture-content.h"

#include <cmath>
#include <numeric>

namespace porthole {

namespace {

constexpr int kQps = 52;
using Costs = std::array<std::array<double, std::tuple_size_v<decltype(PictureContent::steps)>>, kQps>;

/// The rate of a Gaussian source of that deviation, quantised with H.264's step size (0.625 at 0, doubled every six).
Costs MakeCosts() {
	Costs costs{};
	for (int qp = 0; qp < kQps; qp++) {
		const double step_size = 0.625 * std::exp2(qp / 6.0);
		for (std::size_t octave = 1; octave < costs[qp].size(); octave++) {
			const double ratio = std::exp2(static_cast<double>(octave) - 0.5) / step_size;
			costs[qp][octave] = 0.5 * std::log2(1 + ratio * ratio);
		}
	}
	return costs;
}

}  // namespace

std::uint64_t PictureContent::samples() const {
	return std::accumulate(steps.begin(), steps.end(), std::uint64_t{0});
}

bool PictureContent::empty() const { return samples() == 0; }

double PictureContent::Cost(int qp) const {
	static const Costs costs = MakeCosts();
	return std::inner_product(steps.begin(), steps.end(), costs[static_cast<std::size_t>(qp)].begin(), 0.0);
}

PictureContent& PictureContent::operator+=(const PictureContent& other) {
	for (std::size_t octave = 0; octave < steps.size(); octave++) steps[octave] += other.steps[octave];
	return *this;
}

void PictureContent::Limit(std::uint64_t most) {
	const std::uint64_t all = samples();
	if (all <= most) return;
	for (std::uint32_t& count : steps) count = static_cast<std::uint32_t>(count * most / all);
}

}  // namespace porthole
