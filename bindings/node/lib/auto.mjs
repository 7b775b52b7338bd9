// SPDX-License-Identifier: MIT
import auto from './auto.js';

export const { configure, current, stop } = auto;
export default auto;
