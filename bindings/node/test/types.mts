// SPDX-License-Identifier: MIT

export * from './types.js';
import { createRegistry } from 'libsli';

createRegistry().indicator({ name: 'x' }).count(0);
