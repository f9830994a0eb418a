global using MlHub.Access;
global using MlHub.Protocol;
