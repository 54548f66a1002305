#include "simulator/simulator-probe.h"

#include <CoreVideo/CoreVideo.h>
#import <Foundation/Foundation.h>

#include <chrono>
#include <cstring>
#include <future>
#include <memory>
#include <string>
#include <utility>

#include "clock.h"
#include "encode/compression-session.h"
#include "encode/core-foundation.h"
#include "native-error.h"
#include "simulator/private-frameworks.h"

namespace porthole {

namespace {

struct EncoderProbe {
	bool works = false;
	/// The encoder in words and what it made, or why it made nothing.
	std::string detail;
};

constexpr int kSide = 64;
constexpr int kGrey = 128;
constexpr auto kPatience = std::chrono::seconds(2);
const EncoderSettings kSettings{kSide, kSide, {500'000, 30}};

NativeError NoFrame(CVReturn status) {
	return {"encoder-rejected", "CoreVideo made no frame to code (" + std::to_string(status) + ")."};
}

/// NV12, as screens are encoded.
CfRef<CVPixelBufferRef> GreyFrame() {
	CfRef<CVPixelBufferRef> frame;
	CVReturn status = CVPixelBufferCreate(kCFAllocatorDefault, kSide, kSide,
		kCVPixelFormatType_420YpCbCr8BiPlanarVideoRange, nullptr, frame.out());
	if (status != kCVReturnSuccess) throw NoFrame(status);
	status = CVPixelBufferLockBaseAddress(frame.get(), 0);
	if (status != kCVReturnSuccess) throw NoFrame(status);
	for (std::size_t plane = 0; plane < CVPixelBufferGetPlaneCount(frame.get()); plane++) {
		std::memset(CVPixelBufferGetBaseAddressOfPlane(frame.get(), plane), kGrey,
			CVPixelBufferGetBytesPerRowOfPlane(frame.get(), plane) * CVPixelBufferGetHeightOfPlane(frame.get(), plane));
	}
	CVPixelBufferUnlockBaseAddress(frame.get(), 0);
	return frame;
}

std::string OutcomeOf(const CompressionAnswer& answer) {
	switch (answer.kind) {
		case CompressionAnswer::Kind::kEncoded:
			return std::to_string(answer.encoded.data.size()) + " bytes";
		case CompressionAnswer::Kind::kLeftOut:
			return "left the frame out";
		case CompressionAnswer::Kind::kFailed:
			break;
	}
	return "failed with status " + std::to_string(answer.status);
}

/// Has VideoToolbox code one frame of 64 by 64 pixels as it codes screens; waits for up to 2 s. Not yet run on a Mac.
EncoderProbe ProbeEncoder() {
	try {
		const CfRef<CVPixelBufferRef> frame = GreyFrame();
		// Shared, as an answer may come when nobody waits any more.
		const auto answered = std::make_shared<std::promise<CompressionAnswer>>();
		std::future<CompressionAnswer> answer = answered->get_future();
		CompressionSession session(kSettings,
			[answered](CompressionAnswer given) { answered->set_value(std::move(given)); });
		session.Encode(frame.get(), 1, MonotonicMs(), true);
		if (answer.wait_for(kPatience) != std::future_status::ready) {
			return {false, session.description() + ": no answer within 2 s"};
		}
		const CompressionAnswer given = answer.get();
		return {
			given.kind == CompressionAnswer::Kind::kEncoded && given.encoded.keyframe && !given.encoded.data.empty(),
			session.description() + ": " + OutcomeOf(given)};
	} catch (const NativeError& error) {
		return {false, error.what()};
	}
}

const char* NameOfLibrary(PrivateLibrary library) {
	switch (library) {
		case PrivateLibrary::kCoreSimulator:
			return "CoreSimulator";
		case PrivateLibrary::kSimulatorKit:
			return "SimulatorKit";
		case PrivateLibrary::kIOKit:
			return "IOKit";
		case PrivateLibrary::kSystem:
			break;
	}
	return "the system's own libraries";
}

SimulatorProbe ProbeClass(const PrivateClassName& name) {
	Class found = PrivateFrameworks::Find(name.id);
	return {"class", name.names[0], found != Nil, found != Nil ? class_getName(found) : "no class of this name"};
}

SimulatorProbe ProbeSelector(const PrivateSelectorName& name) {
	Class owner = PrivateFrameworks::Find(name.owner);
	if (owner == Nil) return {"selector", TextOf(name), false, "its class is missing"};
	const Method method =
		name.of_class ? class_getClassMethod(owner, name.selector) : class_getInstanceMethod(owner, name.selector);
	return {"selector", TextOf(name), method != nullptr, method != nullptr ? "there" : "the class does not have it"};
}

SimulatorProbe ProbeSymbol(const PrivateFrameworks& frameworks, const PrivateSymbolName& name) {
	const bool found = frameworks.Find(name.id) != nullptr;
	return {"symbol", name.name, found, std::string(found ? "in " : "not in ") + NameOfLibrary(name.library)};
}

}  // namespace

std::vector<SimulatorProbe> ProbeSimulators(const std::string& developer_dir) {
	@autoreleasepool {
		const PrivateFrameworks frameworks(developer_dir);
		std::vector<SimulatorProbe> probes;
		for (const OpenedLibrary& library : frameworks.libraries()) {
			probes.push_back({"framework", library.name, library.handle != nullptr, library.detail});
		}
		// What is met as a proxy only has no class to look into; a screen that lacks something says so when it is opened.
		for (const PrivateClassName& name : PrivateClasses()) {
			if (name.has_class) probes.push_back(ProbeClass(name));
		}
		for (const PrivateSelectorName& name : PrivateSelectors()) {
			if (NameOf(name.owner).has_class) probes.push_back(ProbeSelector(name));
		}
		for (const PrivateSymbolName& name : PrivateSymbols()) probes.push_back(ProbeSymbol(frameworks, name));
		const EncoderProbe encoder = ProbeEncoder();
		probes.push_back({"encoder", "VideoToolbox", encoder.works, encoder.detail});
		return probes;
	}
}

}  // namespace porthole
