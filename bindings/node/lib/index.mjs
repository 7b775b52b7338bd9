// SPDX-License-Identifier: MIT
import libsli from './index.js';

export const {
	createRegistry, contentType, GOOD, BAD, SHED, IGNORED, SliError,
	Registry, Indicator, Slo, RetryBudget,
} = libsli;
export default libsli;
