#import <Foundation/Foundation.h>

#include <pthread.h>
#include <unistd.h>

#include <utility>

#include "autorelease-pool.h"
#include "device-state.h"
#include "indigo-builders.h"
#include "indigo-client.h"
#include "simulator-devices.h"
#include "simulator-input.h"

namespace porthole {

namespace {

/// Between the two services that are made before the first touch.
constexpr int kWarmUpMs = 20;
/// How often and how long the builder of two fingers is asked again: it is not ready for about 50 ms.
constexpr int kMostTries = 12;
constexpr useconds_t kTryAgainMicroseconds = 5000;

void RequireMainThread() {
	if (pthread_main_np() != 0) return;
	throw NativeError("not-main-thread",
		"SimulatorKit builds input on the process's main thread only; open the simulator from there, not from a worker.");
}

class IndigoInput : public SimulatorInput {
public:
	IndigoInput(const SimulatorDevices& devices, id<PrivateSimDevice> device, OnEnd on_end)
		: builders_(devices.frameworks()), client_(device, std::move(on_end)) {
		client_.Send(builders_.CreatePointer());
		client_.Send(builders_.CreateMouse(), kWarmUpMs);
	}

	~IndigoInput() override { Close(); }

	void Give(const Touch& touch) override {
		const AutoreleasePool pool;
		if (touch.fingers > 1) return client_.Send(TwoFingers(touch));
		if (touch.phase == TouchPhase::kDown) finger_++;
		client_.Send(builders_.Finger(touch, finger_));
	}

	void Give(const KeyEvent& key) override {
		const AutoreleasePool pool;
		client_.Send(builders_.Key(key));
	}

	void Give(const ButtonEvent& button) override {
		const AutoreleasePool pool;
		client_.Send(builders_.Button(button));
	}

	void Close() override {
		if (std::exchange(closed_, true)) return;
		const AutoreleasePool pool;
		client_.Close(builders_.RemovePointer());
	}

private:
	/// A move that cannot be built now is left out, since another follows; down and up must not be lost.
	IndigoMessage TwoFingers(const Touch& touch) const {
		IndigoMessage message = builders_.TwoFingers(touch);
		if (touch.phase == TouchPhase::kMove) return message;
		for (int tried = 1; !message && tried < kMostTries; tried++) {
			usleep(kTryAgainMicroseconds);
			message = builders_.TwoFingers(touch);
		}
		if (message) return message;
		throw NativeError("no-indigo-message", "SimulatorKit built no message for two fingers.");
	}

	IndigoBuilders builders_;
	IndigoClient client_;
	std::uint32_t finger_ = 0;
	bool closed_ = false;
};

}  // namespace

std::unique_ptr<SimulatorInput> OpenIndigoInput(const SimulatorSet& set, const std::string& udid,
	SimulatorInput::OnEnd on_end) {
	RequireMainThread();
	const AutoreleasePool pool;
	const SimulatorDevices& devices = set.devices();
	devices.frameworks().Require(PrivateLibrary::kSimulatorKit);
	id<PrivateSimDevice> device = devices.Find(udid);
	RequireState(device, DeviceState::kBooted, "given input");
	return std::make_unique<IndigoInput>(devices, device, std::move(on_end));
}

}  // namespace porthole
