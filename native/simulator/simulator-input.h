#pragma once

#include <functional>
#include <memory>
#include <string>

#include "native-error.h"
#include "simulator/input-event.h"
#include "simulator/simulator-set.h"

namespace porthole {

/// Gives input to one simulator, in the order of the calls. From one thread.
class SimulatorInput {
public:
	/// Why nothing more can be given. Called at most once, on another thread, never after `Close`.
	using OnEnd = std::function<void(const NativeError&)>;

	virtual ~SimulatorInput() = default;

	/// All throw NativeError `input-overloaded` when the simulator does not keep up.
	virtual void Give(const Touch& touch) = 0;
	virtual void Give(const KeyEvent& key) = 0;
	/// Also throws `button-refused`.
	virtual void Give(const ButtonEvent& button) = 0;

	/// What was given goes its way still; the connection is closed when it has.
	virtual void Close() = 0;
};

/// Up to Xcode 26: messages of Indigo. Only on the process's main thread, which SimulatorKit's builders want. Throws
/// NativeError `not-main-thread`, `simulator-kit-missing`, `class-missing`, `symbol-missing`, `selector-missing`,
/// `unknown-simulator`, `wrong-state`, `no-input-client` or `framework-exception`. Ends with `input-lost`.
std::unique_ptr<SimulatorInput> OpenIndigoInput(const SimulatorSet& set, const std::string& udid,
	SimulatorInput::OnEnd on_end);

/// From Xcode 27 on: dtuhidd's own service. Throws NativeError `symbol-missing`, `selector-missing`,
/// `unknown-simulator` or `wrong-state`. Ends with `no-input-service`, `input-unresponsive` or `input-lost`.
std::unique_ptr<SimulatorInput> OpenDtuhidInput(const SimulatorSet& set, const std::string& udid,
	SimulatorInput::OnEnd on_end);

}  // namespace porthole
