// SPDX-License-Identifier: MIT
import libsli from './fastify.js';

export { libsli };
export default libsli;
