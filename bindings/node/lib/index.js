// SPDX-License-Identifier: MIT
'use strict';

const { SliError, native } = require('./native.js');
const { BAD, GOOD, IGNORED, Indicator, SHED } = require('./indicator.js');
const { Registry } = require('./registry.js');
const { RetryBudget } = require('./retry.js');
const { Slo } = require('./slo.js');

const createRegistry = (config) => new Registry(config);
const contentType = (format) => native.contentType(format);

module.exports.createRegistry = createRegistry;
module.exports.contentType = contentType;
module.exports.GOOD = GOOD;
module.exports.BAD = BAD;
module.exports.SHED = SHED;
module.exports.IGNORED = IGNORED;
module.exports.SliError = SliError;
module.exports.Registry = Registry;
module.exports.Indicator = Indicator;
module.exports.Slo = Slo;
module.exports.RetryBudget = RetryBudget;
