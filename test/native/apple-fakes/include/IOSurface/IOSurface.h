// Compilers that know no frameworks find the declarations here.
#include "../../../macos/frameworks/IOSurface.framework/Headers/IOSurface.h"
