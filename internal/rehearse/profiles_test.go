package rehearse

// What the owners of the samples want of their recorders: profiles as
// docs/guide/setup.md shows one.
const (
	shop = `rekey-profile: 1

general: {name: Corner shop, video-standard: NTSC}
clock: {set: now, zone: UTC, dst: "off"}
ntp: {enable: false}
every-channel:
  record:
    mode: plan
    plan:
      - {days: [every], from: "00:00", to: "24:00", for: [plain, motion]}
  motion: {enable: true, sensitivity: 5, record: true}
channels:
  1: {title: Front door}
  2: {title: Till}
  4: {record: {mode: never}}  # nothing is connected there
disk: {when-full: stop}
reach: {upnp: false, p2p: false, ddns: {enable: false}}
logins: {lock: true, tries: 5, lock-minutes: 30, onvif: true}
network: {gateway: 192.168.7.1}
`

	store = `rekey-profile: 1

general: {name: Almacen}
clock: {set: now, zone: Atlantic/Canary, dst: auto}
ntp: {enable: false}
every-channel:
  record: {mode: always}
  motion: {enable: false}
channels:
  1: {title: Puerta}
  2: {title: Muelle}
disk: {when-full: stop}
reach: {upnp: false, p2p: false, ddns: {enable: false}}
network: {gateway: 192.168.1.1}
`

	office = `rekey-profile: 1

general: {name: Office}
clock: {set: now, zone: UTC, dst: "off"}
every-channel:
  motion: {enable: true, sensitivity: 4, record: true}
channels:
  1: {title: Entrance}
  2: {title: Corridor}
disk: {when-full: stop}
reach: {upnp: false, p2p: false, ddns: {enable: false}}
logins: {lock: true, tries: 5, lock-minutes: 30, onvif: true}
network: {gateway: 192.168.1.1}
`
)
