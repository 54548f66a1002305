#pragma once

#include <memory>
#include <optional>
#include <string>

#include "capture/surface-source.h"
#include "simulator/simulator-screen.h"

namespace porthole {

/// A simulator's screen as H.264: what follows the screen, and what codes its surface. Not yet run on a Mac.
class SimulatorSource {
public:
	/// Throws what SimulatorScreen throws. What comes later, such as `simulator-shut-down`, ends the sink.
	SimulatorSource(const SimulatorSet& set, const std::string& udid, const Rate& rate, SourceSink& sink);
	~SimulatorSource() { Close(); }

	void RequestKeyframe(Rendition rendition) { surface_.RequestKeyframe(rendition); }
	void SetRate(Rendition rendition, const std::optional<Rate>& rate) { surface_.SetRate(rendition, rate); }
	void ExpectDamage() { surface_.ExpectDamage(); }
	std::optional<SurfaceSnapshot> Snapshot() { return surface_.Snapshot(); }
	SourceStats stats() const { return surface_.stats(); }
	const std::string& description() const { return surface_.description(); }

	/// Nothing reaches the sink afterwards.
	void Close();

private:
	SurfaceSource surface_;
	SimulatorScreen screen_;
};

}  // namespace porthole
