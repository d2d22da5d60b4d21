// Package updates is the worker of [rekey.TaskFirmware]: it joins the guide with
// package firmware, which judges files and installs one. The files are kept by their
// hash in a [Folder], from the form that brought them until their owner lets them go.
package updates
