#pragma once

#include <IOSurface/IOSurface.h>

#include <functional>
#include <memory>
#include <string>

#include "simulator/simulator-set.h"

namespace porthole {

/// Who hears of a simulator's screen, on another thread than the one that made it.
struct ScreenListener {
	/// The screen's surface from now on; null while there is none.
	std::function<void(IOSurfaceRef)> on_surface;
	/// Something was drawn to it.
	std::function<void()> on_damage;
	/// There is no screen any more, or none came: `simulator-shut-down`, `no-io-client`, `no-framebuffer-port`, `no-surface`,
	/// `selector-missing`, `framework-exception`. At most once.
	std::function<void(const std::string& code, const std::string& message)> on_lost;
};

/// Follows the screen of a booted simulator: of all its screens the one with most pixels.
class SimulatorScreen {
public:
	/// Looks for the screen on another thread, for up to 8 s. Throws NativeError `unknown-simulator` or `wrong-state`.
	SimulatorScreen(const SimulatorSet& set, const std::string& udid, ScreenListener listener);
	~SimulatorScreen();
	SimulatorScreen(const SimulatorScreen&) = delete;
	SimulatorScreen& operator=(const SimulatorScreen&) = delete;

	/// The listener hears nothing afterwards.
	void Close();

private:
	class Follower;
	std::shared_ptr<Follower> follower_;
};

}  // namespace porthole
