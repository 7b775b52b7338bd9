// SPDX-License-Identifier: MIT
'use strict';

/*
 * What would be published, in build/packages: the package of this platform,
 * which has the binary, and the one that has it among its optional
 * dependencies. Neither has a script that runs at install.
 */

const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');

const { glibcVersionRuntime } = process.report.getReport().header;
const libc = process.platform !== 'linux' ? '' :
    glibcVersionRuntime === undefined ? '-musl' : '-gnu';
const platform = `${process.platform}-${process.arch}${libc}`;
const root = path.join(__dirname, '..');
const build = process.env.OUT ?? 'build';
const out = path.resolve(root, build, 'packages');
const source = JSON.parse(fs.readFileSync(path.join(root, 'package.json')));
const license = path.join(root, '../../LICENSE');

function stage(name, manifest) {
	const directory = path.join(out, name);

	fs.mkdirSync(directory, { recursive: true });
	fs.copyFileSync(license, path.join(directory, 'LICENSE'));
	fs.writeFileSync(path.join(directory, 'package.json'),
	    JSON.stringify(manifest, null, 2) + '\n');
	return directory;
}

function pack(directory) {
	execFileSync('npm', ['pack', '--silent', '--offline', '--ignore-scripts',
		'--pack-destination', out, directory], { stdio: 'inherit' });
}

function packPlatform(name) {
	const directory = stage(platform, {
		name,
		version: source.version,
		description: `libsli's addon for ${platform}`,
		license: source.license,
		main: 'libsli.node',
		files: ['libsli.node', 'LICENSE'],
		engines: source.engines,
		os: [process.platform],
		cpu: [process.arch],
		...(platform.endsWith('-gnu') ? { libc: ['glibc'] } : {}),
	});

	execFileSync(process.env.STRIP ?? 'strip', ['--strip-unneeded', '-o',
		path.join(directory, 'libsli.node'),
		path.resolve(root, build, 'libsli.node')]);
	pack(directory);
}

function packMain(name) {
	const { devDependencies, scripts, ...manifest } = source;
	const directory = stage('libsli', {
		...manifest,
		optionalDependencies: { [name]: source.version },
	});

	for (const file of ['lib', 'README.md', 'WEB.md'])
		fs.cpSync(path.join(root, file), path.join(directory, file),
		    { recursive: true });
	pack(directory);
}

fs.rmSync(out, { recursive: true, force: true });
packPlatform(`@libsli/${platform}`);
packMain(`@libsli/${platform}`);
