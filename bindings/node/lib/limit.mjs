// SPDX-License-Identifier: MIT
import limit from './limit.js';

export const { BudgetLimiter, budgetLimit, budgetLimiter, openStore, pressure,
	skipWhileHealthy } = limit;
export default limit;
