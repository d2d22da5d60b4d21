// Runs one client of npm against one recorder. The argument is JSON:
// {"client", "host", "port", "user", "password"}. Prints one JSON object: for each
// call null, or what went wrong.
'use strict';

const target = JSON.parse(process.argv[2]);
const results = {};

// late is how a client says that no answer came in its own time, which cannot always
// be set.
const late = /time-?out|timed out|hang up|unexpected 0 recorders/i;

// call notes what became of one call. check throws where the answer is not right. One
// that was late, on a computer that does much else, is made again.
async function call(name, work, check) {
	for (let tries = 4; tries > 0; tries--) {
		try {
			const answer = await work();
			check(answer);
			results[name] = null;
			return answer;
		} catch (e) {
			results[name] = String((e && e.message) || e).split('\n')[0];
			if (!late.test(results[name])) return undefined;
		}
	}
	return undefined;
}

function must(condition, what) {
	if (!condition) throw new Error('unexpected ' + what);
}

// promise turns a method with a callback into a promise.
function promise(object, method, ...args) {
	return new Promise((resolve, reject) => {
		object[method](...args, (err, answer) => (err ? reject(err) : resolve(answer)));
	});
}

const stream = /^rtsp:\/\/127\.0\.0\.1:\d+\/cam\/realmonitor\?channel=1&subtype=0&unicast=true&proto=Onvif$/;

async function onvif(options) {
	const { Cam } = require('onvif');
	let cam;
	await call('connect', () => new Promise((resolve, reject) => {
		cam = new Cam({
			hostname: target.host, port: target.port, username: target.user, password: target.password,
			timeout: 100000, ...options,
		}, (err) => (err ? reject(err) : resolve(cam)));
		cam.on('warning', (w) => reject(new Error(w)));
	}), (c) => must(c.activeSources.length === target.channels, 'active sources'));
	await call('getDeviceInformation', () => promise(cam, 'getDeviceInformation'),
		(i) => must(i.manufacturer === 'Amcrest' && i.serialNumber === target.serial, JSON.stringify(i)));
	if (options.useWSSecurity === false) return;
	await call('getSystemDateAndTime', () => promise(cam, 'getSystemDateAndTime'),
		(d) => must(Math.abs(d - Date.now()) < 60000, 'time'));
	await call('getProfiles', () => promise(cam, 'getProfiles'),
		(p) => must(p.length === 2 * target.channels && p[0].videoEncoderConfiguration.encoding === 'H264', 'profiles'));
	await call('getStreamUri', () => promise(cam, 'getStreamUri', { protocol: 'RTSP' }),
		(s) => must(stream.test(s.uri), s.uri));
	await call('getSnapshotUri', () => promise(cam, 'getSnapshotUri'),
		(s) => must(s.uri.startsWith('http://127.0.0.1:' + target.port + '/'), s.uri));
	await call('getVideoSourceConfigurations', () => promise(cam, 'getVideoSourceConfigurations'),
		(c) => must([].concat(c).length === target.channels, 'configurations'));
	await call('getVideoEncoderConfigurations', () => promise(cam, 'getVideoEncoderConfigurations'),
		(c) => must(c.length === 2 * target.channels, 'configurations'));
	await call('getAudioSources', () => promise(cam, 'getAudioSources'), (s) => must(s.length === 4, JSON.stringify(s)));
	await call('getAudioEncoderConfigurations', () => promise(cam, 'getAudioEncoderConfigurations'),
		(c) => must(c.length === 8 && c[0].encoding === 'G711', JSON.stringify(c)));
	await call('getImagingSettings', () => promise(cam, 'getImagingSettings', {}),
		(s) => must(s.brightness === 50 && s.sharpness === 1, JSON.stringify(s)));
	await call('setImagingSettings', async () => {
		await promise(cam, 'setImagingSettings', { brightness: 61 });
		return promise(cam, 'getImagingSettings', {});
	}, (s) => must(s.brightness === 61 && s.contrast === 50, JSON.stringify(s)));
	await call('setVideoEncoderConfiguration', async () => {
		const last = (list) => list[list.length - 1];
		const c = last(await promise(cam, 'getVideoEncoderConfigurations'));
		c.rateControl.frameRateLimit = 12;
		await promise(cam, 'setVideoEncoderConfiguration', c);
		return last(await promise(cam, 'getVideoEncoderConfigurations'));
	}, (c) => must(c.rateControl.frameRateLimit === 12 && c.encoding === 'H264', JSON.stringify(c)));
	await call('getUsers', () => promise(cam, 'getUsers'),
		(u) => must([].concat(u).some((x) => x.username === 'admin' && x.userLevel === 'Administrator'), JSON.stringify(u)));
	await call('getScopes', () => promise(cam, 'getScopes'), (s) => must(s.length >= 6, 'scopes'));
	await call('getHostname', () => promise(cam, 'getHostname'), (h) => must(h.name === 'DVR', JSON.stringify(h)));
	await call('getNTP', () => promise(cam, 'getNTP'), (n) => must(n.NTPManual, JSON.stringify(n)));
	await call('getDNS', () => promise(cam, 'getDNS'), (d) => must(d.DNSManual, JSON.stringify(d)));
	await call('getNetworkInterfaces', () => promise(cam, 'getNetworkInterfaces'),
		(n) => must(n[0].$.token === 'eth0', JSON.stringify(n)));
	await call('getEventProperties', () => promise(cam, 'getEventProperties'),
		(p) => must(p.topicSet.videoSource.motionAlarm, 'topics'));
	await call('createPullPointSubscription', () => promise(cam, 'createPullPointSubscription'),
		(s) => must(s.subscriptionReference.address.href.includes('/onvif/Subscription?Idx='), 'address'));
	await call('pullMessages', () => promise(cam, 'pullMessages', { messageLimit: 2 }),
		(m) => must(m.notificationMessage.length === 2 && m.notificationMessage[0].topic._.startsWith('tns1:VideoSource/'), 'messages'));
	await call('renew', () => promise(cam, 'renew'), (r) => must(r.terminationTime > r.currentTime, 'times'));
	await call('unsubscribe', () => promise(cam, 'unsubscribe'), () => {});
}

async function nodeOnvif() {
	const { OnvifDevice } = require('node-onvif');
	const device = new OnvifDevice({
		xaddr: 'http://' + target.host + ':' + target.port + '/onvif/device_service', user: target.user, pass: target.password,
	});
	await call('init', () => device.init(),
		(i) => must(i.Manufacturer === 'Amcrest' && i.SerialNumber === target.serial, JSON.stringify(i)));
	await call('getProfileList', async () => device.getProfileList(), (p) => must(p.length === 2 * target.channels, 'profiles'));
	await call('getUdpStreamUrl', async () => device.getUdpStreamUrl(), (u) => must(stream.test(u), u));
	await call('fetchSnapshot', () => device.fetchSnapshot(),
		(s) => must(s.body.length > 500 && s.body.readUInt16BE(0) === 0xffd8, 'picture'));
	await call('events.getEventProperties', () => device.services.events.getEventProperties(),
		(r) => must(r.data.GetEventPropertiesResponse, 'answer'));
}

async function digestFetch() {
	const { default: DigestClient } = await import('digest-fetch');
	const client = new DigestClient(target.user, target.password);
	const base = 'http://' + target.host + ':' + target.port + '/cgi-bin/';
	for (const path of ['magicBox.cgi?action=getSystemInfo', 'configManager.cgi?action=getConfig&name=General']) {
		await call(path, async () => {
			const r = await client.fetch(base + path);
			return [r.status, await r.text()];
		}, ([status, text]) => must(status === 200 && text.includes('='), status + ' ' + text));
	}
}

// discover sends its probe by multicast. It runs where there is nothing but the
// loopback interface.
async function discover() {
	const { Discovery } = require('onvif');
	await call('Discovery.probe', () => new Promise((resolve, reject) => {
		Discovery.probe({ timeout: 1500 }, (err, cams) => (err ? reject(err) : resolve(cams)));
	}), (cams) => must(cams.length === 1 && String(cams[0].port) === String(target.port), cams.length + ' recorders'));
}

const clients = {
	'onvif': () => onvif({}),
	'onvif by HTTP Digest': () => onvif({ useWSSecurity: false }),
	'node-onvif': nodeOnvif,
	'digest-fetch': digestFetch,
	'discovery': discover,
};

clients[target.client]().then(() => {
	process.stdout.write(JSON.stringify(results) + '\n', () => process.exit(0));
});
