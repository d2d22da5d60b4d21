package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	iot "github.com/IOTechSystems/onvif"
	iotdevice "github.com/IOTechSystems/onvif/device"
	iotmedia "github.com/IOTechSystems/onvif/media"
	usego "github.com/use-go/onvif"
	"github.com/use-go/onvif/device"
	"github.com/use-go/onvif/media"
	sdkdevice "github.com/use-go/onvif/sdk/device"
	sdkmedia "github.com/use-go/onvif/sdk/media"
	"github.com/use-go/onvif/xsd/onvif"
)

// mainStream is the address of the first channel's main stream.
func mainStream(r recorder) string {
	host, port := r.Host, strings.TrimPrefix(r.Services["rtsp"], r.Host+":")
	return fmt.Sprintf("rtsp://%s:%s/cam/realmonitor?channel=1&subtype=0&unicast=true&proto=Onvif", host, port)
}

func expect(got, want any) error {
	if got != want {
		return fmt.Errorf("unexpected %v, not %v", got, want)
	}
	return nil
}

// useGo runs use-go/onvif.
func useGo(t *testing.T, r recorder) {
	const name = "use-go/onvif v0.0.9"
	dev, err := usego.NewDevice(usego.DeviceParams{Xaddr: r.web(), Username: "admin", Password: r.Password})
	saw(t, name, "NewDevice", r.Generation, err)
	if err != nil {
		return
	}
	ctx := context.Background()
	information, err := sdkdevice.Call_GetDeviceInformation(ctx, dev, device.GetDeviceInformation{})
	saw(t, name, "GetDeviceInformation", r.Generation, errors.Join(err, expect(information.SerialNumber, r.Serial)))
	_, err = sdkdevice.Call_GetUsers(ctx, dev, device.GetUsers{})
	saw(t, name, "GetUsers", r.Generation, err)
	profiles, err := sdkmedia.Call_GetProfiles(ctx, dev, media.GetProfiles{})
	saw(t, name, "GetProfiles", r.Generation, errors.Join(err, expect(len(profiles.Profiles), 2*r.Channels)))
	if len(profiles.Profiles) == 0 {
		return
	}
	stream, err := sdkmedia.Call_GetStreamUri(ctx, dev, media.GetStreamUri{
		StreamSetup:  onvif.StreamSetup{Stream: "RTP-Unicast", Transport: onvif.Transport{Protocol: "RTSP"}},
		ProfileToken: profiles.Profiles[0].Token,
	})
	saw(t, name, "GetStreamUri", r.Generation, errors.Join(err, expect(string(stream.MediaUri.Uri), mainStream(r))))
}

// ioTech runs IOTechSystems/onvif with one of its ways to log in.
func ioTech(t *testing.T, r recorder, name, mode string) {
	dev, err := iot.NewDevice(iot.DeviceParams{Xaddr: r.web(), Username: "admin", Password: r.Password, AuthMode: mode})
	saw(t, name, "NewDevice", r.Generation, err)
	if err != nil {
		return
	}
	call := func(service, function string, args any) any {
		b, err := json.Marshal(args)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := dev.CallOnvifFunction(service, function, b)
		if err == nil {
			err = checkIOTech(answer, r)
		}
		saw(t, name, function, r.Generation, err)
		return answer
	}
	call(iot.DeviceWebService, iot.GetDeviceInformation, map[string]any{})
	call(iot.DeviceWebService, iot.GetNetworkInterfaces, map[string]any{})
	call(iot.DeviceWebService, iot.GetUsers, map[string]any{})
	profiles, ok := call(iot.MediaWebService, iot.GetProfiles, map[string]any{}).(*iotmedia.GetProfilesResponse)
	if !ok || len(profiles.Profiles) == 0 {
		return
	}
	token := profiles.Profiles[0].Token
	call(iot.MediaWebService, iot.GetStreamUri, map[string]any{
		"StreamSetup":  map[string]any{"Stream": "RTP-Unicast", "Transport": map[string]any{"Protocol": "RTSP"}},
		"ProfileToken": token,
	})
	call(iot.MediaWebService, iot.GetSnapshotUri, map[string]any{"ProfileToken": token})
}

func checkIOTech(answer any, r recorder) error {
	switch a := answer.(type) {
	case *iotdevice.GetDeviceInformationResponse:
		return expect(a.SerialNumber, r.Serial)
	case *iotdevice.GetUsersResponse:
		return expect(len(a.User) > 0, true)
	case *iotdevice.GetNetworkInterfacesResponse:
		return nil
	case *iotmedia.GetProfilesResponse:
		return expect(len(a.Profiles), 2*r.Channels)
	case *iotmedia.GetStreamUriResponse:
		return expect(string(a.MediaUri.Uri), mainStream(r))
	case *iotmedia.GetSnapshotUriResponse:
		return expect(strings.HasPrefix(string(a.MediaUri.Uri), "http://"+r.web()+"/"), true)
	}
	return fmt.Errorf("unexpected %T", answer)
}
