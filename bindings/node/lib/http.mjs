// SPDX-License-Identifier: MIT
import http from './http.js';

export const { expose, metrics, record, shed, slos } = http;
export default http;
