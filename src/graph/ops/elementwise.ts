import { broadcastShape, type Value } from "../graph.ts";
import { ELEMENT_TYPES, type ElementType } from "../../onnx/index.ts";
import { reduceSum, reshape } from "./shape.ts";

/** Element-by-element operations, with ONNX's (NumPy's) broadcasting. Each function: forward, then gradient rule. */

/** Sums a gradient over the axes along which its value was broadcast. */
function unbroadcast(gradient: Value, like: Value): Value {
  const { shape } = like;
  const offset = gradient.shape.length - shape.length;
  const axes = gradient.shape.flatMap((dim, i) => (i < offset || (shape[i - offset] === 1 && dim !== 1) ? [i] : []));
  if (axes.length === 0) return gradient;
  return reshape(reduceSum(gradient, axes, true), shape as readonly number[]);
}

function binary(type: string, a: Value, b: Value): Value {
  return a.graph.emit1(type, [a, b], broadcastShape(a.shape, b.shape));
}

/** a + b, element by element; shapes are broadcast. */
export function add(a: Value, b: Value): Value {
  const y = binary("Add", a, b);
  y.graph.record([a, b], [y], ([dy]) => [
    a.differentiable ? unbroadcast(dy!, a) : undefined,
    b.differentiable ? unbroadcast(dy!, b) : undefined,
  ]);
  return y;
}

/** a − b, element by element; shapes are broadcast. */
export function sub(a: Value, b: Value): Value {
  const y = binary("Sub", a, b);
  y.graph.record([a, b], [y], ([dy]) => [
    a.differentiable ? unbroadcast(dy!, a) : undefined,
    b.differentiable ? unbroadcast(neg(dy!), b) : undefined,
  ]);
  return y;
}

/** a · b, element by element. */
export function mul(a: Value, b: Value): Value {
  const y = binary("Mul", a, b);
  y.graph.record([a, b], [y], ([dy]) => [
    a.differentiable ? unbroadcast(mul(dy!, b), a) : undefined,
    b.differentiable ? unbroadcast(mul(dy!, a), b) : undefined,
  ]);
  return y;
}

/** a / b, element by element. */
export function div(a: Value, b: Value): Value {
  const y = binary("Div", a, b);
  y.graph.record([a, b], [y], ([dy]) => [
    a.differentiable ? unbroadcast(div(dy!, b), a) : undefined,
    b.differentiable ? unbroadcast(neg(div(mul(dy!, y), b)), b) : undefined,
  ]);
  return y;
}

/** The larger of a and b; where they are equal, the gradient goes to a (as Keras's and PyTorch's first maximum). */
export function maximum(a: Value, b: Value): Value {
  const y = binary("Max", a, b);
  y.graph.record([a, b], [y], ([dy]) => {
    const aWins = cast(a.graph.emit1("GreaterOrEqual", [a, b], y.shape, {}, "bool"), dy!);
    const da = mul(dy!, aWins);
    return [unbroadcast(da, a), unbroadcast(sub(dy!, da), b)];
  });
  return y;
}

function unary(type: string, x: Value, derivative: (dy: Value, y: Value) => Value): Value {
  const y = x.graph.emit1(type, [x], x.shape);
  y.graph.record([x], [y], ([dy]) => [derivative(dy!, y)]);
  return y;
}

/** −x, element by element. */
export function neg(x: Value): Value {
  return unary("Neg", x, (dy) => neg(dy));
}

/** eˣ, element by element: the shape of x. */
export function exp(x: Value): Value {
  return unary("Exp", x, (dy, y) => mul(dy, y));
}

/** Natural logarithm of x, element by element. */
export function log(x: Value): Value {
  return unary("Log", x, (dy) => div(dy, x));
}

/** √x, element by element. */
export function sqrt(x: Value): Value {
  return unary("Sqrt", x, (dy, y) => div(dy, mul(y, x.graph.scalar(2))));
}

/** max(x, 0); the gradient at 0 is 0, as Keras's and PyTorch's. */
export function relu(x: Value): Value {
  // As a truth value y says whether x > 0: two quick casts, where ONNX Runtime's Sign takes four times as long.
  return unary("Relu", x, (dy, y) => mul(dy, cast(castTo(y, "bool"), y)));
}

/** 1 / (1 + e⁻ˣ), element by element: the shape of x. */
export function sigmoid(x: Value): Value {
  return unary("Sigmoid", x, (dy, y) => mul(dy, mul(y, sub(x.graph.scalar(1), y))));
}

/** Hyperbolic tangent of x, element by element. */
export function tanh(x: Value): Value {
  return unary("Tanh", x, (dy, y) => mul(dy, sub(x.graph.scalar(1), mul(y, y))));
}

/** x converted to the element type of `like` (no gradient). */
export function cast(x: Value, like: Value): Value {
  return castTo(x, like.type);
}

/** x converted to an element type (no gradient). */
export function castTo(x: Value, type: ElementType): Value {
  return x.graph.emit1("Cast", [x], x.shape, { to: { int: ELEMENT_TYPES[type] } }, type);
}

/**
 * Dropout: x · mask / (1 − rate). The mask, one byte an element of x, 1 to keep, is an input of the graph and comes from
 * our own counter-based generator: ONNX Runtime's Dropout keeps its random state in the session, which makes exact
 * resuming impossible and Node and browsers differ.
 *
 * Source: Srivastava et al. 2014, in the "inverted" form of Keras's and PyTorch's Dropout.
 */
export function dropout(x: Value, mask: Value, rate: number): Value {
  const scale = mul(cast(mask, x), x.graph.scalar(1 / (1 - rate)));
  return mul(x, scale);
}
