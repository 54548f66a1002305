#pragma once

#import <Foundation/Foundation.h>

#include <cstdint>
#include <cstdlib>
#include <memory>

#include "digitizer-event.h"
#include "private-frameworks.h"
#include "touch.h"

namespace porthole {

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
