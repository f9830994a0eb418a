"""Trains small models of every Python flavour, and saves each as MLflow would: a folder with MLmodel, the model, and expected.json with what the
library itself predicts for the rows in rows.json. Called with the folder to write to.
"""
import json
import pathlib
import pickle
import sys

import cloudpickle
import joblib
import numpy
import pandas
import sklearn
import torch
import xgboost
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

sys.dont_write_bytecode = True
out = pathlib.Path(sys.argv[1])
random = numpy.random.default_rng(7)


def column(name, type, **more):
    return {"name": name, "type": type, "required": True} | more


def tensor(dtype, *shape, **more):
    return {"type": "tensor", "tensor-spec": {"dtype": dtype, "shape": list(shape)}} | more


def rows_of(frame):
    return frame.astype(object).values.tolist()


def save(name, flavor, settings, function=None, inputs=None, outputs=None, params=None, example=None):
    folder = out / name
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["flavors:", "  python_function:", f"    loader_module: mlflow.{flavor}"]
    lines += [f"    {k}: {v}" for k, v in (function or {}).items()]
    if settings:
        lines += [f"  {flavor}:", "    code: null"] + [f"    {k}: {v}" for k, v in settings.items()]
    lines += ["mlflow_version: 2.14.1"]
    if inputs:
        lines += ["signature:", f"  inputs: '{json.dumps(inputs)}'"] + ([f"  outputs: '{json.dumps(outputs)}'"] if outputs else []) + ([f"  params: '{json.dumps(params)}'"] if params else [])
    if example:
        lines += ["saved_input_example_info:", "  artifact_path: input_example.json"]
        (folder / "input_example.json").write_text(json.dumps(example))
    (folder / "MLmodel").write_text("\n".join(lines) + "\n")
    return folder


def expect(folder, rows, predictions):
    (folder / "rows.json").write_text(json.dumps(rows))
    (folder / "expected.json").write_text(json.dumps(predictions))


# Houses: a column of texts, one of whole numbers, one of real ones.
N = 400
houses = pandas.DataFrame({"city": random.choice(["Davis", "Elk Grove", "Roseville"], N), "beds": random.integers(1, 6, N), "sqft": random.normal(1600, 500, N)})
price = houses.beds * 20000.3 + houses.sqft * 101.7 + (houses.city == "Davis") * 50000 + random.normal(0, 5000, N)
schema = [column("city", "string"), column("beds", "long"), column("sqft", "double")]
by_column = ColumnTransformer([("city", OneHotEncoder(handle_unknown="ignore"), ["city"]), ("numbers", StandardScaler(), ["beds", "sqft"])])

regressor = make_pipeline(by_column, GradientBoostingRegressor(n_estimators=40, random_state=1)).fit(houses, price)
folder = save("regressor", "sklearn", {"pickled_model": "model.pkl", "serialization_format": "cloudpickle", "sklearn_version": sklearn.__version__},
              {"model_path": "model.pkl", "predict_fn": "predict"}, schema, [tensor("float64", -1)],
              example={"columns": ["city", "beds", "sqft"], "data": [["Davis", 3, 1500.5]]})
with open(folder / "model.pkl", "wb") as file:
    cloudpickle.dump(regressor, file)
expect(folder, rows_of(houses), regressor.predict(houses).tolist())

classes = pandas.cut(price, [-1e9, 200000, 260000, 1e9], labels=["low", "middle", "high"]).astype(str)
classifier = make_pipeline(by_column, LogisticRegression(max_iter=500)).fit(houses, classes)
for name, call, predictions in [("classifier", "predict", classifier.predict(houses)), ("probabilities", "predict_proba", classifier.predict_proba(houses))]:
    folder = save(name, "sklearn", {"pickled_model": "model.pkl", "serialization_format": "pickle", "sklearn_version": sklearn.__version__}, {"predict_fn": call}, schema)
    with open(folder / "model.pkl", "wb") as file:
        pickle.dump(classifier, file)
    expect(folder, rows_of(houses), predictions.tolist())

# Without a signature, and as joblib writes it.
line = LinearRegression().fit([[0.0, 1.0], [1.0, 3.0], [2.0, 2.0]], [0.1, 1.3, 2.2])
folder = save("joblib", "sklearn", {"pickled_model": "model.joblib", "serialization_format": "joblib"})
joblib.dump(line, folder / "model.joblib")
expect(folder, [[0.5, 2.5], [1.25, 0.3]], line.predict([[0.5, 2.5], [1.25, 0.3]]).tolist())


# TorchScript: one tensor; and two that give two.
class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Sequential(torch.nn.Linear(4, 8), torch.nn.Tanh(), torch.nn.Linear(8, 2))

    def forward(self, x):
        return self.inner(x)


class Two(torch.nn.Module):
    def forward(self, a: torch.Tensor, b: torch.Tensor):
        return {"sum": a + b, "product": a * b}


torch.manual_seed(3)
net = torch.jit.script(Net().eval())
folder = save("torchscript", "pytorch", {"model_data": "data", "pytorch_version": torch.__version__}, {"data": "data"}, [tensor("float32", -1, 4)], [tensor("float32", -1, 2)])
(folder / "data").mkdir(exist_ok=True)
net.save(str(folder / "data" / "model.pth"))
vectors = random.normal(0, 3, (200, 4)).astype("float32")
with torch.no_grad():
    expect(folder, vectors.tolist(), net(torch.from_numpy(vectors)).numpy().tolist())

folder = save("two", "pytorch", {"model_data": "data"}, {}, [tensor("float32", -1, name="a"), tensor("float32", -1, name="b")])
(folder / "data").mkdir(exist_ok=True)
torch.jit.script(Two()).save(str(folder / "data" / "model.pth"))

folder = save("module", "pytorch", {"model_data": "data"})
(folder / "data").mkdir(exist_ok=True)
torch.save(Net(), folder / "data" / "model.pth")

# XGBoost: its own kind of model, and that of its interface like scikit-learn's.
matrix = houses[["beds", "sqft"]].astype("float64")
numbers = [column("beds", "double"), column("sqft", "double")]
booster = xgboost.train({"max_depth": 3, "nthread": 1}, xgboost.DMatrix(matrix, price), 20)
folder = save("booster", "xgboost", {"data": "model.json", "model_class": "xgboost.core.Booster", "model_format": "json", "xgb_version": xgboost.__version__}, {"data": "model.json"}, numbers)
booster.save_model(folder / "model.json")
expect(folder, matrix.values.tolist(), booster.predict(xgboost.DMatrix(matrix)).tolist())

xgb = xgboost.XGBClassifier(n_estimators=8, max_depth=2, n_jobs=1).fit(matrix, (price > 230000).astype(int))
folder = save("xgbclassifier", "xgboost", {"data": "model.ubj", "model_class": "xgboost.sklearn.XGBClassifier", "model_format": "ubj"}, {}, numbers)
xgb.save_model(folder / "model.ubj")
expect(folder, matrix.values.tolist(), xgb.predict(matrix).tolist())

# What MLflow's own package loads, and what nobody does here.
save("function", "pyfunc", {}, {}, numbers, params=[{"name": "factor", "type": "long", "default": 1, "shape": None}])
save("lightgbm", "lightgbm", {"data": "model.lgb"}, {"data": "model.lgb"})
save("spark", "spark", {"model_data": "sparkml"})

# A model that does what it is told to, of a module that comes with it.
folder = save("obedient", "sklearn", {"pickled_model": "model.pkl", "serialization_format": "pickle"}, {"code": "code"}, [column("do", "string"), column("with", "string", required=False)],
              params=[{"name": "factor", "type": "double", "default": 2.0, "shape": None}])
(folder / "code").mkdir(exist_ok=True)
(folder / "code" / "obedient.py").write_text('''
import os, socket, subprocess, sys


def attempt(what):
    try:
        return str(what())
    except Exception as error:
        return type(error).__name__


class Obedient:
    def predict(self, frame, factor=1.0):
        do = frame["do"].tolist()
        given = (frame["with"].tolist() if "with" in frame else [None])[0]
        print("asked to", do[0])
        if do[0] == "exit":
            os._exit(3)
        if do[0] == "crash":
            import ctypes
            ctypes.string_at(0)
        if do[0] == "loop":
            while True:
                pass
        if do[0] == "throw":
            raise ValueError("no such wish")
        if do[0] == "memory":
            return [len(bytearray(int(given)))]
        if do[0] == "factor":
            return [factor]
        if do[0] == "missing":
            return [given is None or given != given]
        if do[0] == "nothing":
            return [float("nan"), None, {"a": [1, float("inf")]}]
        if do[0] == "object":
            return object()
        if do[0] == "connect":
            return [attempt(lambda: socket.create_connection(("127.0.0.1", int(given)), 2)), attempt(lambda: socket.create_connection(("192.0.2.1", 80), 2))]
        if do[0] == "write":
            return [attempt(lambda: open(path, "w")) for path in given.split(":")]
        if do[0] == "change":
            return [attempt(lambda: os.remove(given)), attempt(lambda: os.truncate(given, 0)), attempt(lambda: os.chmod(given, 0o777))]
        if do[0] == "read":
            return [attempt(lambda: open(path, "rb").read(1) and "read") for path in given.split(":")]
        if do[0] == "run":
            return [attempt(lambda: subprocess.run(given.split(), capture_output=True, timeout=5).returncode)]
        if do[0] == "kill":
            return [attempt(lambda: os.kill(int(given), 9))]
        if do[0] == "who":
            return [os.getuid(), sorted(os.environ)]
        if do[0] == "child":
            return [subprocess.Popen(["sleep", "1000"]).pid]
        return do
''')
sys.path.insert(0, str(folder / "code"))
import obedient  # noqa: E402

with open(folder / "model.pkl", "wb") as file:
    pickle.dump(obedient.Obedient(), file)


# A file that runs a program as soon as it is read.
class Evil:
    def __reduce__(self):
        import os

        return os.system, ("touch %s" % sys.argv[2],)


folder = save("evil", "sklearn", {"pickled_model": "model.pkl", "serialization_format": "pickle"})
with open(folder / "model.pkl", "wb") as file:
    pickle.dump(Evil(), file)

# Of a library that is not there.
folder = save("newer", "sklearn", {"pickled_model": "model.pkl", "serialization_format": "pickle", "sklearn_version": "9.9.9"})
(folder / "model.pkl").write_bytes(b"\x80\x04csklearn.ensemble._of_the_future\nForest\n.")
