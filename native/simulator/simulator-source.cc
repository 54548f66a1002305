#include "simulator/simulator-source.h"

namespace porthole {

SimulatorSource::SimulatorSource(const SimulatorSet& set, const std::string& udid, const Rate& rate, SourceSink& sink)
	: surface_(rate, sink),
	  screen_(set, udid,
		  {.on_surface = [this](IOSurfaceRef surface) { surface_.SetSurface(surface); },
			  .on_damage = [this] { surface_.Damaged(); },
			  .on_lost = [this](const std::string& code,
							 const std::string& message) { surface_.End(code, message); }}) {}

void SimulatorSource::Close() {
	// The screen first: it calls into the other.
	screen_.Close();
	surface_.Close();
}

}  // namespace porthole
