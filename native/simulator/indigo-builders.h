#pragma once

#include <CoreFoundation/CoreFoundation.h>
#import <Foundation/Foundation.h>

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "encode/core-foundation.h"
#include "simulator/input-event.h"
#include "simulator/private-frameworks.h"

namespace porthole {

/// Makes IOHIDEvents of one finger: a digitizer event with the finger's own in it, as real screens send them. The
/// functions are in IOKit, but not in its headers; their types are those of Apple's published IOHIDFamily.
class DigitizerEvents {
public:
	/// Throws NativeError `symbol-missing`.
	explicit DigitizerEvents(const PrivateFrameworks& frameworks);

	/// `finger` is a number that stays from down to up. Null when the system made none.
	CfRef<CFTypeRef> Make(TouchPhase phase, const TouchPlace& place, std::uint32_t finger) const;

private:
	using CreateDigitizer = CFTypeRef (*)(CFAllocatorRef, std::uint64_t time, std::uint32_t transducer,
		std::uint32_t index, std::uint32_t identity, std::uint32_t event_mask, std::uint32_t button_mask, double x,
		double y, double z, double tip_pressure, double barrel_pressure, Boolean range, Boolean touch,
		std::uint32_t options);
	using CreateFinger = CFTypeRef (*)(CFAllocatorRef, std::uint64_t time, std::uint32_t index, std::uint32_t identity,
		std::uint32_t event_mask, double x, double y, double z, double tip_pressure, double twist, Boolean range,
		Boolean touch, std::uint32_t options);
	using Append = void (*)(CFTypeRef event, CFTypeRef child, std::uint32_t options);

	CreateDigitizer create_digitizer_;
	CreateFinger create_finger_;
	Append append_;
};

struct FreeMessage {
	void operator()(void* message) const { std::free(message); }
};

/// A message of Indigo in memory of `malloc`, as its builders give it.
using IndigoMessage = std::unique_ptr<void, FreeMessage>;

/// SimulatorKit's functions that build messages of Indigo. On the process's main thread.
class IndigoBuilders {
public:
	/// Throws NativeError `simulator-kit-missing` or `symbol-missing`.
	explicit IndigoBuilders(const PrivateFrameworks& frameworks);

	/// One finger. Throws NativeError `no-indigo-message` or `indigo-message-too-short`.
	IndigoMessage Finger(const Touch& touch, std::uint32_t finger) const;

	/// Two fingers. Null where the builder is not ready for a moment, as it is for about 50 ms after two fingers came down;
	/// throws NativeError `indigo-message-too-short`.
	IndigoMessage TwoFingers(const Touch& touch) const;

	/// Both throw NativeError `no-indigo-message`.
	IndigoMessage Key(const KeyEvent& key) const;
	IndigoMessage Button(const ButtonEvent& button) const;

	/// Services that are made before the first touch, and the one that is taken back at the end. Null where this Xcode has no
	/// such function: touches arrive without them, too, but the first one may not.
	IndigoMessage CreatePointer() const { return ServiceMessage(create_pointer_); }
	IndigoMessage CreateMouse() const { return ServiceMessage(create_mouse_); }
	IndigoMessage RemovePointer() const { return ServiceMessage(remove_pointer_); }

private:
	using Mouse = void* (*)(CGPoint* first, CGPoint* second, std::uint32_t target, unsigned long type, CGSize size,
		std::uint32_t edge);
	using Trackpad = void* (*)(CFTypeRef event);
	using SourcedButton = void* (*)(std::int32_t source, std::int32_t operation, std::int32_t target);
	using Arbitrary = void* (*)(std::uint32_t target, std::uint32_t page, std::uint32_t usage, std::uint32_t operation);
	using Keyboard = void* (*)(std::int32_t usage, std::int32_t operation);
	using Service = void* (*)();

	static IndigoMessage ServiceMessage(Service build) { return IndigoMessage(build == nullptr ? nullptr : build()); }

	DigitizerEvents events_;
	Mouse mouse_;
	Trackpad trackpad_;
	SourcedButton button_;
	Arbitrary arbitrary_;
	Keyboard keyboard_;
	Service create_pointer_;
	Service create_mouse_;
	Service remove_pointer_;
};

}  // namespace porthole
