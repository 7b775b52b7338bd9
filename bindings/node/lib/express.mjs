// SPDX-License-Identifier: MIT
import express from './express.js';

export const { metrics, record, shed, slos } = express;
export default express;
