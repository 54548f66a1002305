#pragma once

#include <objc/objc.h>

#include <span>
#include <string>
#include <vector>

namespace porthole {

// Every private name that is used, once: for looking it up before it is called, and for telling what a Mac lacks.

enum class PrivateLibrary { kCoreSimulator, kSimulatorKit, kIOKit, kSystem };

enum class PrivateClass {
	kServiceContext,
	kDeviceSet,
	kDevice,
	kDeviceType,
	kRuntime,
	kHidClient,
	kIo,
	kIoPort,
	kScreen
};

struct PrivateClassName {
	PrivateClass id;
	/// First name that is found counts.
	const char* names[2];
	/// False for what is met as a proxy only: it has no class of this name here.
	bool has_class;
};

enum class PrivateSelector {
	kSharedContext,
	kDefaultDeviceSet,
	kDeviceSetWithPath,
	kAvailableDevices,
	kSetRegister,
	kSetUnregister,
	kUdid,
	kDeviceName,
	kState,
	kRuntime,
	kDeviceType,
	kIo,
	kBoot,
	kShutdown,
	kLookup,
	kPostNotification,
	kDeviceRegister,
	kDeviceUnregister,
	kTypeName,
	kTypeIdentifier,
	kTypeBundle,
	kScreenSize,
	kScreenScale,
	kRuntimeName,
	kHidInit,
	kHidSend,
	kIoPorts,
	kDeviceIoPorts,
	kUpdatePorts,
	kPortIdentifier,
	kPortDescriptor,
	kSurface,
	kRegisterScreen,
	kUnregisterScreen,
	kRegisterSurfaces,
	kRegisterDamage,
	kUnregisterSurfaces,
	kUnregisterDamage,
};

struct PrivateSelectorName {
	PrivateSelector id;
	PrivateClass owner;
	bool of_class;
	SEL selector;
};

enum class PrivateSymbol {
	kMouseEvent,
	kTrackpadEvent,
	kButton,
	kHidArbitrary,
	kKeyboard,
	kCreatePointer,
	kCreateMouse,
	kRemovePointer,
	kDigitizerEvent,
	kFingerEvent,
	kAppendEvent,
	kEndpointFromPort,
	kEnableSimToHost,
};

struct PrivateSymbolName {
	PrivateSymbol id;
	PrivateLibrary library;
	const char* name;
};

std::span<const PrivateClassName> PrivateClasses();
std::span<const PrivateSelectorName> PrivateSelectors();
std::span<const PrivateSymbolName> PrivateSymbols();

const PrivateClassName& NameOf(PrivateClass id);
const PrivateSelectorName& NameOf(PrivateSelector id);
const PrivateSymbolName& NameOf(PrivateSymbol id);

/// A library of Apple's that is opened at run time, and what was tried for it.
struct OpenedLibrary {
	PrivateLibrary library;
	const char* name;
	/// Null when no candidate could be opened.
	void* handle = nullptr;
	/// Where it was opened, or every candidate with its reason.
	std::string detail;
};

/// The private frameworks of one Xcode. They stay open for good: what has classes of Objective-C cannot be closed.
class PrivateFrameworks {
public:
	/// `developer_dir` as `xcode-select -p` says. Throws nothing: see `Require`.
	explicit PrivateFrameworks(const std::string& developer_dir);

	const std::vector<OpenedLibrary>& libraries() const { return libraries_; }

	/// Throws NativeError `core-simulator-missing` or `simulator-kit-missing`.
	void Require(PrivateLibrary library) const;

	/// Null when it is not there.
	void* Find(PrivateSymbol symbol) const;

	/// Throws NativeError `symbol-missing`.
	template <typename Function>
	Function Require(PrivateSymbol symbol) const {
		return reinterpret_cast<Function>(RequireAddress(symbol));
	}

	/// Null when it is not there.
	static Class Find(PrivateClass id);

	/// Throws NativeError `class-missing`.
	static Class Require(PrivateClass id);

private:
	void* RequireAddress(PrivateSymbol symbol) const;
	const OpenedLibrary& LibraryOf(PrivateLibrary library) const;

	std::vector<OpenedLibrary> libraries_;
};

/// Throws NativeError `selector-missing` unless the object answers to it; it may be a proxy.
void RequireSelector(id object, PrivateSelector selector);
bool AnswersTo(id object, PrivateSelector selector);

/// As a program's source has it: `SimDevice -bootWithOptions:error:`.
std::string TextOf(const PrivateSelectorName& name);

}  // namespace porthole
