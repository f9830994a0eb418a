"""Computes one model of a Python flavour for the scoring worker that started this process.

Frames come on standard input and go to standard output: the body's length (32 bits), an id (64), a code (16), the body; all
little-endian. The first is the plan, a JSON object. A request is the length of its JSON (32 bits), the JSON and raw tensors; so is an
answer of code 200. Every other answer is a text that says why. Started with "probe" it prints what is installed, and ends.
"""
import base64
import ctypes
import datetime
import importlib.metadata
import importlib.util
import inspect
import json
import os
import socket
import struct
import sys
import zipfile

HEAD = struct.Struct("<IQH")
LENGTH = struct.Struct("<I")

# Module, and the package that tells its version.
MODULES = {name: name for name in (
    "numpy", "pandas", "cloudpickle", "joblib", "torch", "xgboost", "mlflow", "lightgbm", "catboost", "keras", "tensorflow", "statsmodels", "prophet", "spacy", "transformers",
)} | {"sklearn": "scikit-learn"}

# What numpy calls the data types of the Open Inference Protocol.
DTYPES = {
    "BOOL": "?", "UINT8": "u1", "UINT16": "<u2", "UINT32": "<u4", "UINT64": "<u8", "INT8": "i1", "INT16": "<i2", "INT32": "<i4", "INT64": "<i8",
    "FP16": "<f2", "FP32": "<f4", "FP64": "<f8",
}
DATATYPES = {(dtype.lstrip("<")): name for name, dtype in DTYPES.items()} | {"b1": "BOOL"}


# What this process takes from itself.

READ_FILE, READ_DIR, EXECUTE, WRITE_FILE = 1 << 2, 1 << 3, 1 << 0, 1 << 1
READABLE = [
    "/usr", "/lib", "/lib32", "/lib64", "/bin", "/sbin", "/etc/alternatives", "/etc/ld.so.cache", "/etc/localtime", "/etc/nsswitch.conf", "/etc/passwd", "/etc/group",
    "/dev/urandom", "/dev/random", "/dev/zero", "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems", "/proc/sys", "/sys/devices/system",
    "/sys/fs/cgroup",
]


def fence():
    """Leaves this process the files of Python, of the system's libraries and below the working directory, to read; whether Linux can (Landlock)."""
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(444, None, 0, 1) if sys.platform == "linux" else -1
    if version < 1:
        return False

    files = (1 << 13) - 1 | (1 << 13 if version >= 2 else 0) | (1 << 14 if version >= 3 else 0) | (1 << 15 if version >= 5 else 0)
    # Ports of TCP, and from version 6 on sockets and signals of other processes.
    rules = struct.pack("=QQQ", files, 3, 3)[:24 if version >= 6 else 16 if version >= 4 else 8]
    fence_fd = libc.syscall(444, rules, len(rules), 0)

    def allow(path, rights):
        try:
            path_fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:
            return
        rights &= ~0 if os.path.isdir(path) else ~READ_DIR
        libc.syscall(445, fence_fd, 1, struct.pack("=Qi", rights, path_fd), 0)
        os.close(path_fd)

    for path in [*READABLE, sys.prefix, sys.base_prefix, *filter(None, sys.path), "."]:
        allow(path, READ_FILE | READ_DIR | EXECUTE)
    allow("/dev/null", READ_FILE | WRITE_FILE)
    libc.prctl(38, 1, 0, 0, 0)
    fenced = libc.syscall(446, fence_fd, 0) == 0
    os.close(fence_fd)
    return fenced


def limit(memory):
    """So many bytes beyond what this process has now, and few processes."""
    if sys.platform == "linux":
        import resource

        with open("/proc/self/statm") as statm:
            now = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_NPROC, (1024, 1024))
        if memory > 0:
            resource.setrlimit(resource.RLIMIT_AS, (now + memory, now + memory))


# What is asked, and what is answered.

class Request:
    """Columns or tensors by name, in order."""

    def __init__(self, body):
        (length,) = LENGTH.unpack_from(body)
        head = json.loads(body[LENGTH.size:LENGTH.size + length])
        self.is_table, self.params, self.values, self.at = head["table"], head["params"], {}, LENGTH.size + length
        for sent in head["inputs"]:
            self.values[sent["name"]] = self.read(sent, body)

    def read(self, sent, body):
        import numpy

        if "data" not in sent:
            values = numpy.frombuffer(body, DTYPES[sent["datatype"]], sent["count"], self.at).reshape(sent["shape"])
            self.at += values.nbytes
            return values.copy()

        texts = sent["data"]
        if sent.get("kind") == "binary":
            texts = [text if text is None else base64.b64decode(text) for text in texts]
        if sent.get("kind") == "datetime":
            import pandas

            return pandas.to_datetime(texts).values
        values = numpy.empty(len(texts), dtype=object)
        values[:] = texts
        return values.reshape(sent["shape"])

    def data(self):
        """As MLflow hands it to a model: a data frame, an array where there is one tensor, else arrays by name."""
        if not self.is_table:
            return next(iter(self.values.values())) if len(self.values) == 1 else self.values

        import pandas

        return pandas.DataFrame({name_of(name): column if column.ndim == 1 else list(column) for name, column in self.values.items()})

    def matrix(self):
        import numpy

        return numpy.column_stack([column.astype("float32") for column in self.values.values()])

    def params_of(self, call):
        """Of the params those that the call takes."""
        if not self.params:
            return {}
        taken = inspect.signature(call).parameters.values()
        return self.params if any(p.kind == p.VAR_KEYWORD for p in taken) else {p.name: self.params[p.name] for p in taken if p.name in self.params}


def name_of(name):
    """Columns without a name are called by their places."""
    return int(name[1:]) if name[:1] == "#" and name[1:].isdigit() else name


def plain(value):
    """What JSON has a form for; numbers that it has none for are nothing."""
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return plain(value.to_dict(orient="records"))
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, dict):
        return {str(plain(k)): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(v) for v in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    raise TypeError(f"The model answered with an object of type {type(value).__name__}, which JSON has no form for.")


class Answer:
    def __init__(self):
        self.outputs, self.raw = [], []

    def add(self, name, values):
        """An array of numbers or texts, or whatever JSON has a form for."""
        import numpy

        values = values.to_numpy() if hasattr(values, "to_numpy") else values
        output = {"name": str(name)}
        if isinstance(values, numpy.ndarray) and (datatype := DATATYPES.get(values.dtype.str.lstrip("<|=>"))):
            raw = numpy.ascontiguousarray(values, DTYPES[datatype]).tobytes()
            output |= {"datatype": datatype, "shape": values.shape, "bytes": len(raw)}
            self.raw.append(raw)
        elif isinstance(values, numpy.ndarray) and values.dtype.kind == "M":
            self.add_texts(output, values.shape, [None if text == "NaT" else text for text in numpy.datetime_as_string(values).ravel().tolist()])
        elif isinstance(values, numpy.ndarray) and values.dtype.kind in "OU" and all(v is None or isinstance(v, str) for v in values.ravel().tolist()):
            self.add_texts(output, values.shape, values.ravel().tolist())
        else:
            output |= {"json": plain(values)}
        self.outputs.append(output)

    def add_texts(self, output, shape, texts):
        output |= {"datatype": "BYTES", "shape": shape, "data": texts}

    def body(self, form):
        # Half of a surrogate pair is no text.
        head = json.dumps({"form": form, "outputs": self.outputs}, ensure_ascii=False).encode("utf-8", "replace")
        return b"".join([LENGTH.pack(len(head)), head, *self.raw])


def answer_of(result):
    """As MLflow's scoring server writes it: rows of a data frame, arrays by name, else the value itself."""
    answer = Answer()
    if hasattr(result, "to_frame") and not hasattr(result, "columns"):
        result = result.to_frame()
    if hasattr(result, "columns") and hasattr(result, "to_dict"):
        for i, name in enumerate(result.columns):
            answer.add(name, result.iloc[:, i])
        return answer.body("rows")
    if isinstance(result, dict) and result and all(hasattr(v, "dtype") for v in result.values()):
        for name, values in result.items():
            answer.add(name, values)
        return answer.body("tensors")
    if hasattr(result, "toarray"):
        result = result.toarray()
    answer.add("output-0", result)
    return answer.body("bare")


# The flavours: each loads a model, and gives what it runs in and a function from a request to what the model says.

def load_sklearn(plan):
    import sklearn

    if plan["format"] == "joblib" or plan["file"].endswith(".joblib"):
        import joblib

        model = joblib.load(plan["file"])
    else:
        loader = __import__("cloudpickle" if plan["format"] == "cloudpickle" else "pickle")
        with open(plan["file"], "rb") as file:
            model = loader.load(file)
    call = getattr(model, plan["call"] or "predict")
    return f"scikit-learn {sklearn.__version__}", lambda request: call(request.data(), **request.params_of(call))


def load_xgboost(plan):
    import xgboost

    name = (plan["call"] or "").rsplit(".", 1)[-1] or "Booster"
    if name == "Booster":
        model = xgboost.Booster({"nthread": 1})
        predict = lambda data, **params: model.predict(xgboost.DMatrix(data), **params)
    else:
        kind = getattr(xgboost, name, None)
        if not (inspect.isclass(kind) and issubclass(kind, xgboost.XGBModel)):
            raise ValueError(f"xgboost {xgboost.__version__} has no model class {name}.")
        model = kind(n_jobs=1)
        predict = model.predict
    model.load_model(plan["file"])
    taken = model.predict
    return f"xgboost {xgboost.__version__}", lambda request: predict(request.data(), **request.params_of(taken))


def load_pytorch(plan):
    import torch

    torch.set_num_threads(1)
    if not (zipfile.is_zipfile(plan["file"]) and any(name.endswith("/constants.pkl") for name in zipfile.ZipFile(plan["file"]).namelist())):
        raise ValueError("The file is no TorchScript: save what torch.jit.script or torch.jit.trace gives.")
    model = torch.jit.load(plan["file"], map_location="cpu").eval()
    weights = next(iter(model.parameters()), None)

    def tensor(values):
        made = torch.from_numpy(values)
        # JSON does not say how precise its numbers are; without a signature nobody does.
        return made.to(weights.dtype) if not plan["typed"] and weights is not None and weights.is_floating_point() and made.dtype == torch.float64 else made

    def predict(request):
        with torch.no_grad():
            if request.is_table:
                said = model(torch.from_numpy(request.matrix()), **request.params)
            elif len(request.values) == 1:
                said = model(tensor(request.data()), **request.params)
            else:
                said = model(**{name: tensor(values) for name, values in request.values.items()}, **request.params)
        if isinstance(said, torch.Tensor) and request.is_table:
            import pandas

            return pandas.DataFrame(said.numpy())
        if isinstance(said, (list, tuple)):
            said = {f"output-{i}": part for i, part in enumerate(said)}
        return {name: part.numpy() for name, part in said.items()} if isinstance(said, dict) else said.numpy()

    return f"PyTorch {torch.__version__}", predict


def load_pyfunc(plan):
    import mlflow

    # The path of a folder whose parents this process may not enter.
    model = mlflow.pyfunc.load_model("/proc/self/cwd" if sys.platform == "linux" else os.getcwd())
    return f"MLflow {mlflow.__version__}", lambda request: model.predict(request.data(), params=request.params) if request.params else model.predict(request.data())


LOADERS = {"sklearn": load_sklearn, "xgboost": load_xgboost, "pytorch": load_pytorch, "python_function": load_pyfunc}


# The process.

def probe():
    # Without the right to get there Python starts, but not in its own environment.
    os.stat(sys.executable)
    modules = {}
    for module, package in MODULES.items():
        if importlib.util.find_spec(module):
            try:
                modules[module] = importlib.metadata.version(package)
            except importlib.metadata.PackageNotFoundError:
                modules[module] = ""
    # Nothing is sent: a socket of UDP only looks for a way to an address that nobody has.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        has_network = way.connect_ex(("192.0.2.1", 9)) == 0
    print(json.dumps({"version": "%d.%d.%d" % sys.version_info[:3], "isFenced": fence(), "hasNetwork": has_network, "modules": modules}))


def take_pipe():
    """Whatever else reads standard input or writes to standard output must not get between the frames."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, answers


def told(error):
    if isinstance(error, MemoryError):
        return b"It needs more memory than the model may take."
    return f"{type(error).__name__}: {error}".encode("utf-8", "replace")


def serve():
    requests, answers = take_pipe()

    def read():
        head = requests.read(HEAD.size)
        if len(head) < HEAD.size:
            # At once: what a model left running must not keep the process.
            os._exit(0)
        length, id, _ = HEAD.unpack(head)
        return id, requests.read(length)

    def write(id, code, body):
        answers.write(HEAD.pack(len(body), id, code))
        answers.write(body)
        answers.flush()

    plan = json.loads(read()[1])
    fence()
    try:
        if plan["code"]:
            sys.path.insert(0, os.path.join("/proc/self/cwd" if sys.platform == "linux" else os.getcwd(), plan["code"]))
        import numpy  # noqa: F401  Before memory is limited, since it is the runtime's and not the model's.

        for module in plan["modules"]:
            importlib.import_module(module)
        limit(plan["memory"])
        runtime, predict = LOADERS[plan["flavor"]](plan)
    except BaseException as error:
        write(0, 500, told(error))
        os._exit(1)
    write(0, 200, json.dumps({"runtime": f"{runtime}, Python {sys.version_info[0]}.{sys.version_info[1]}"}).encode())

    while True:
        id, body = read()
        try:
            said = 200, answer_of(predict(Request(body)))
        except BaseException as error:
            import traceback

            traceback.print_exc()
            said = 400, told(error)
        write(id, *said)


if __name__ == "__main__":
    if sys.platform == "linux":
        # Ends with whoever started it.
        ctypes.CDLL(None).prctl(1, 9, 0, 0, 0)
    probe() if sys.argv[1:] == ["probe"] else serve()
