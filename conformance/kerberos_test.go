package conformance

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	kerberos "github.com/kerberos-io/onvif"
	"github.com/kerberos-io/onvif/device"
	"github.com/kerberos-io/onvif/event"
	"github.com/kerberos-io/onvif/imaging"
	"github.com/kerberos-io/onvif/media"
	"github.com/kerberos-io/onvif/media2"
	xsd "github.com/kerberos-io/onvif/xsd/onvif"
)

const kerberosName = "kerberos-io/onvif v1.0.0"

// kerberosIO runs kerberos-io/onvif, whose answers are read by its own types where
// it has them.
func kerberosIO(t *testing.T, r recorder) {
	dev, err := kerberos.NewDevice(kerberos.DeviceParams{Xaddr: r.web(), Username: "admin", Password: r.Password, AuthMode: kerberos.UsernameTokenAuth})
	saw(t, kerberosName, "NewDevice", r.Generation, err)
	if err != nil {
		return
	}
	var information struct {
		Body struct {
			GetDeviceInformationResponse device.GetDeviceInformationResponse
		}
	}
	ask(t, dev, r, device.GetDeviceInformation{}, &information, func() error {
		return expect(information.Body.GetDeviceInformationResponse.SerialNumber, r.Serial)
	})
	var profiles struct {
		Body struct {
			GetProfilesResponse media.GetProfilesResponse
		}
	}
	ask(t, dev, r, media.GetProfiles{}, &profiles, func() error {
		return expect(len(profiles.Body.GetProfilesResponse.Profiles), 2*r.Channels)
	})
	var stream struct {
		Body struct {
			GetStreamUriResponse media.GetStreamUriResponse
		}
	}
	token := xsd.ReferenceToken("MediaProfile00000")
	ask(t, dev, r, media.GetStreamUri{ProfileToken: &token}, &stream, func() error {
		return expect(string(stream.Body.GetStreamUriResponse.MediaUri.Uri), mainStream(r))
	})
	for _, c := range []struct {
		call any
		want string // text of the answer
	}{
		{device.GetRelayOutputs{}, "Bistable"},
		{media.GetVideoEncoderConfigurationOptions{ProfileToken: "MediaProfile00000"}, "GovLengthRange"},
		{media.GetGuaranteedNumberOfVideoEncoderInstances{ConfigurationToken: "VideoSourceConfig000"}, "TotalNumber"},
		{imaging.GetImagingSettings{VideoSourceToken: "VideoSource000"}, "ColorSaturation"},
		{imaging.GetOptions{VideoSourceToken: "VideoSource000"}, "Sharpness"},
		{event.CreatePullPointSubscription{}, "Subscription?Idx="},
		{media2.GetProfiles{}, "Channel1_MainStream"},
	} {
		var raw struct {
			Body struct {
				Inner string `xml:",innerxml"`
			}
		}
		ask(t, dev, r, c.call, &raw, func() error {
			if !strings.Contains(raw.Body.Inner, c.want) {
				return fmt.Errorf("no %s in %.300s", c.want, raw.Body.Inner)
			}
			return nil
		})
	}
}

// ask makes one call and notes how it ended.
func ask(t *testing.T, dev *kerberos.Device, r recorder, call, answer any, check func() error) {
	resp, err := dev.CallMethod(call)
	if err == nil {
		err = readSOAP(resp, answer)
	}
	if err == nil {
		err = check()
	}
	saw(t, kerberosName, strings.TrimPrefix(fmt.Sprintf("%T", call), "*"), r.Generation, err)
}

func readSOAP(resp *http.Response, answer any) error {
	defer resp.Body.Close()
	b, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %.300s", resp.Status, b)
	}
	return xml.Unmarshal(b, answer)
}
