// Compilers that know no frameworks find the declarations here.
#include "../../../macos/frameworks/VideoToolbox.framework/Headers/VideoToolbox.h"
